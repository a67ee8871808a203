import type * as en from "../en/problems";
import type { CodePhrases } from "../vocabularies";

export const problem: CodePhrases["problem"] = {
  // The whole call.
  invalid_input: "Данные не приняты: в них есть ошибка.",
  endpoint_not_found: "В сервисе нет адреса %{method} %{path}. Обновите страницу.",
  method_not_allowed: "По этому адресу нельзя вызвать %{method}, можно только %{allowed}. Обновите страницу.",
  role_required: "Для этого нужна роль «%{role}».",
  changed_since_read: "Кто-то уже изменил эти данные. Обновите страницу и повторите.",
  body_too_large: "Слишком много данных: за один раз можно отправить не больше %{max_bytes}.",
  media_type_unsupported: "Сервис принимает здесь только %{expected}.",
  charset_unsupported: "Нужна кодировка %{expected}.",
  internal_error: "В сервисе произошёл сбой. Повторите; если не поможет, сообщите номер запроса: %{request_id}.",
  signature_invalid: "У вызова нет верной подписи.",
  queue_unavailable: "Вызов не удалось сохранить. Повторите его.",
  // Nothing has that key.
  client_not_found: "Клиента с телефоном %{phone} нет.",
  tag_not_found: "Тега «%{tag}» нет.",
  mailing_not_found: "Рассылки № %{mailing_id} нет.",
  test_send_not_found: "Тестовой отправки № %{test_id} нет.",
  report_not_found: "Отчёт за %{day} по почте не отправлялся.",
  job_not_found: "Задания № %{job_id} нет. Задания, которые давно закончились, удаляются.",
  import_not_found: "Загрузки № %{import_id} нет. Загрузки, которые давно закончились, удаляются.",
  provider_not_found: "Провайдера %{name} нет. Обновите страницу.",
  // The state does not allow it.
  client_exists: "Клиент с телефоном %{phone} уже есть. Измените его данные.",
  tag_exists: "Тег «%{tag}» уже есть.",
  tag_in_use: "Тег «%{tag}» нужен рассылке № %{mailing_id}. Дождитесь её окончания или отмените её.",
  mailing_planned: "Рассылка уже началась, черновиком она стать не может. Приостановите или отмените её.",
  mailing_started: "Рассылка уже началась: изменить аудиторию и начало нельзя.",
  mailing_status: "Рассылку нельзя %{action}: она %{status}.",
  mailing_ended:
    "Рассылка закончилась %{ends_at}. Повторите её сообщения с новым окончанием или создайте другую рассылку.",
  outcome_known: "Исход этих сообщений уже известен: %{message_ids}. Обновите страницу.",
  phone_just_taken: "Этот телефон только что записали за другим клиентом. Обновите страницу и повторите.",
  tag_just_changed: "Один из этих тегов только что изменили. Повторите.",
  mailing_busy: "Сообщения рассылки сейчас меняет задание № %{job_id}. Дождитесь его окончания или отмените его.",
  mailing_ending:
    "Рассылка только что закончилась, и больше %{at_most} сообщения ещё не снято с отправки. Повторите через минуту. |||| Рассылка только что закончилась, и больше %{at_most} сообщений ещё не снято с отправки. Повторите через минуту. |||| Рассылка только что закончилась, и больше %{at_most} сообщений ещё не снято с отправки. Повторите через минуту.",
  job_status: "Нельзя %{action} это задание: оно уже %{job_status}.",
  upload_missing: "Для этой загрузки файл не отправлен.",
  upload_expired:
    "Загрузку не начали за %{hours} час. Отправьте файл ещё раз. |||| Загрузку не начали за %{hours} часа. Отправьте файл ещё раз. |||| Загрузку не начали за %{hours} часов. Отправьте файл ещё раз.",
  file_vanished: "Отправленного файла больше нет. Отправьте его ещё раз.",
  file_replaced: "После начала загрузки отправлен другой файл. Отправьте его ещё раз.",
  job_stopped:
    "Не получилось %{tries} раз подряд. Сообщите администратору номер задания: %{job_id}. |||| Не получилось %{tries} раза подряд. Сообщите администратору номер задания: %{job_id}. |||| Не получилось %{tries} раз подряд. Сообщите администратору номер задания: %{job_id}.",
  // Headers, cursors and bodies.
  idempotency_key_format:
    "Нужно от 1 до %{max_length} видимого символа ASCII |||| Нужно от 1 до %{max_length} видимых символов ASCII |||| Нужно от 1 до %{max_length} видимых символов ASCII",
  idempotency_key_reused: "С этим ключом уже был другой запрос. Используйте новый ключ.",
  query_parameter_unknown: "Сервис не знает этого параметра. Обновите страницу.",
  name_unsafe_in_path: "В имени есть знаки, которые нельзя передать в адресе. Обновите страницу.",
  slash_missing_in_path: "Адрес должен заканчиваться косой чертой. Обновите страницу.",
  cursor_invalid: "Этой страницы больше нет. Перейдите на первую.",
  cursor_of_other_sort: "Порядок изменился. Перейдите на первую страницу.",
  body_not_base64: "Неверный base64",
  parameter_not_utf8: "Не UTF-8: закодируйте текст в UTF-8.",
  body_not_utf8: "Строка %{line} не в UTF-8: часть символов потеряна. Сохраните исходный файл в кодировке UTF-8.",
  body_utf16: "Кодировка UTF-16, а нужна UTF-8. Сохраните файл в UTF-8.",
  body_is_workbook: "Это книга Excel, сохраните её в формате CSV",
  body_not_json: "Нужен корректный JSON",
  body_not_object: "Нужен объект JSON",
  key_twice: "Указано дважды в одном объекте. Оставьте один раз",
  // Fields of clients, tags and mailings.
  phone_format: "Нужен действующий телефон с кодом страны, например 79261234567 или +44 20 7946 0958",
  phone_ambiguous:
    "Эти цифры — два разных номера: %{international} или, как пишут в стране «%{country}», %{national}. Укажите + и код страны",
  country_unknown: "Выберите страну из списка",
  operator_code_format: "Нужны три цифры, например 926",
  timezone_unknown: "Часовой пояс «%{timezone}» неизвестен. Нужно имя IANA, например Europe/Moscow.",
  tag_length:
    "Нужно от 1 до %{max_length} символа |||| Нужно от 1 до %{max_length} символов |||| Нужно от 1 до %{max_length} символов",
  tag_characters: "Знаки ; и | здесь не подходят",
  tags_too_many: "Не больше %{max_items} тега |||| Не больше %{max_items} тегов |||| Не больше %{max_items} тегов",
  tags_two_ways: "Нельзя и заменить теги, и добавить к ним",
  tag_added_and_removed: "Тег «%{tag}» выбран и для добавления, и для снятия. Оставьте одно.",
  phone_not_of_path: "Это телефон другого клиента. Обновите страницу.",
  bulk_clients: "Выберите клиентов или фильтр, но не то и другое",
  bulk_change: "Выберите теги, которые добавить или снять, или удаление",
  name_format: "Имя «%{name}» не подходит. Нужны буквы, цифры и _, не больше %{max_length}; первая — не цифра.",
  attributes_too_many:
    "Не больше %{max_items} значения |||| Не больше %{max_items} значений |||| Не больше %{max_items} значений",
  attribute_name_reserved: "Имя «%{name}» занято полем самого клиента. Выберите другое.",
  attribute_too_long:
    "«%{name}»: не больше %{max_length} символа |||| «%{name}»: не больше %{max_length} символов |||| «%{name}»: не больше %{max_length} символов",
  attribute_number_range: "«%{name}»: нужно число от −%{largest} до %{largest}",
  text_length:
    "Нужно от 1 до %{max_length} символа |||| Нужно от 1 до %{max_length} символов |||| Нужно от 1 до %{max_length} символов",
  placeholder_format:
    "Подстановка {%{placeholder}} не подходит. Нужны буквы, цифры и _, не больше %{max_length}; первая — не цифра.",
  brace_unbalanced: "У скобки %{brace} на месте %{position} нет пары. Сами скобки пишутся как {{ и }}.",
  attributes_misspelt: "Ни у одного клиента нет значения %{names}. Может быть, вы имели в виду %{similar}?",
  attributes_unknown: "Ни у одного клиента нет значения %{names}. Задайте замену, например {имя|замена}.",
  text_blank: "В тексте должны быть видимые символы, в том числе когда вместо значений подставлены замены",
  text_segments: "Текст занимает SMS: %{segments}. Сократите его, можно не больше %{max_segments}.",
  value_missing: "У клиента нет значения %{name}, а замены в тексте нет",
  nul_character: "Уберите символы NUL",
  surrogate_character: "Уберите непарные суррогаты Юникода",
  invisible_character: "Есть невидимый символ %{code_point}. Удалите его.",
  filter_empty: "Выберите теги или коды операторов либо укажите пустые списки, если рассылка нужна всем.",
  window_empty: "Начало и конец должны различаться. Если годится любое время, отключите часы.",
  window_seconds: "Укажите время без секунд",
  window_format: "Нужно время, например 09:00",
  end_before_start: "Должно быть позже начала",
  end_in_past: "Уже в прошлом",
  time_format: "Нужно время с поясом, например 2026-11-23T10:00:00Z",
  time_range: "Нужен год от %{first_year} до %{last_year}",
  // CSV files.
  csv_quote_open:
    "Кавычка в строке %{line} не закрыта как надо. Закрывающая кавычка должна стоять прямо перед разделителем или в конце строки, а кавычку внутри поля в кавычках нужно удвоить.",
  csv_row_too_long:
    "В строке %{line} полей больше, чем в заголовке: %{fields} вместо %{expected}. Поле, в котором есть разделитель, возьмите в кавычки.",
  csv_columns_missing: "Нет столбцов: %{columns}. Столбцы разделяются запятой, точкой с запятой или табуляцией.",
  csv_column_twice: "Столбец указан дважды",
  csv_field_count: "Полей %{fields}, а в заголовке %{expected}",
  csv_too_many_rows: "Строк больше %{max_rows}. Отправьте файл целиком.",
  csv_too_large:
    "Слишком много: за раз можно отправить не больше %{max_bytes} и %{max_rows} строк. Отправьте файл целиком.",
  csv_row_overridden: "В строке %{line} тот же телефон, сохранена она",
  gzip_damaged: "Файл gzip повреждён или обрезан. Отправьте его ещё раз.",
  csv_too_many_refused: "Строк с ошибками больше %{max_rows}. Первая из них — строка %{line}: %{reason}",
  // Types and bounds, as the schema has them.
  field_missing: "Нужно заполнить",
  field_unknown: "Сервис не знает этого поля. Обновите страницу.",
  not_text: "Нужен текст",
  not_integer: "Нужно целое число",
  not_number: "Нужно число",
  not_boolean: "Нужно true или false",
  not_list: "Нужен список",
  not_object: "Нужен объект",
  not_date: "Нужна дата, например 2026-11-23",
  not_allowed: "Можно только %{expected}",
  too_short:
    "Не меньше %{min_length} символа |||| Не меньше %{min_length} символов |||| Не меньше %{min_length} символов",
  too_long:
    "Не больше %{max_length} символа |||| Не больше %{max_length} символов |||| Не больше %{max_length} символов",
  items_too_few: "Не меньше %{min_items}",
  items_too_many: "Не больше %{max_items}",
  below_minimum: "Не меньше %{minimum}",
  above_maximum: "Не больше %{maximum}",
  not_below_limit: "Должно быть меньше %{limit}",
  clock_time_format: "Нужно время суток в виде ЧЧ:ММ, например 09:00",
  digits_format: "Нужно от 1 до 15 цифр подряд",
  invalid_value: "Значение не подходит: %{reason}",
};

export const field: typeof en.field = {
  header: "Заголовок файла",
  row: "Строка",
  tag: "Тег",
  filter: "Аудитория",
  operator_codes: "Коды оператора",
  start: "С",
  end: "До",
};
