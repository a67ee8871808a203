import type * as en from "../en/clients";

export const client: typeof en.client = {
  import: {
    title: "Загрузка клиентов",
    action: "Загрузить",
    drop: "Перетащите сюда файл CSV или выберите его",
    choose: "Выбрать файл",
    help: "UTF-8 со строкой заголовка: phone, timezone и, если нужно, operator_code, tags (через ; или |) и по столбцу на каждое личное данное. Известные клиенты обновляются.",
    sample: "Пример",
    progress: "%{done} из %{total} строк",
    created: "Новые",
    updated: "Обновлены",
    refused: "Отклонены",
    line: "Строка",
    field: "Поле",
    reason: "Причина",
    done: "Файл загружен",
    stopped: "Остановлено после %{done} из %{total} строк: %{reason}",
    resume: "Продолжить с этого места",
    no_rows: "Под заголовком нет ни одной строки",
    not_csv: "Нужен файл CSV в UTF-8",
    save_refused: "Сохранить отклонённые строки",
    another: "Другой файл",
    to_clients: "Показать клиентов",
    refused_shown: "Показаны первые %{count} из %{total}. В сохранённом файле есть все.",
  },
  export: {
    action: "Выгрузить",
    progress: "%{smart_count} строка |||| %{smart_count} строки |||| %{smart_count} строк",
    failed: "Выгрузка прервана: %{reason}",
  },
  form: {
    phone_help: "11 цифр, первая — 7",
    code_help: "Если пусто — вторая, третья и четвёртая цифры телефона",
    add_attribute: "Добавить значение",
    attribute: "Имя",
    value: "Значение",
    attributes_help: "Для подстановок в тексты",
    remove: "Убрать",
    phone_rule: "Нужны 11 цифр, первая — 7",
    code_rule: "Нужны три цифры",
    name_rule: "Буквы, цифры и _; первая — не цифра",
  },
  delete_text: "Неотправленные сообщения этому клиенту отменятся. Отправленные останутся в статистике рассылок.",
};

export const tag: typeof en.tag = {
  create: "Новый тег",
  name: "Название тега",
  show_clients: "Показать клиентов",
  delete_title: "Удалить тег %{name}?",
  delete_text:
    "Он будет снят с %{smart_count} клиента. |||| Он будет снят с %{smart_count} клиентов. |||| Он будет снят с %{smart_count} клиентов.",
  created: "Тег создан",
  deleted: "Тег удалён",
};
