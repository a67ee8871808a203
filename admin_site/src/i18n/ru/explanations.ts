import type { CodePhrases } from "../vocabularies";

export const fact: CodePhrases["fact"] = {
  filter_everyone: "рассылка идёт всем",
  filter_tags: "рассылка идёт клиентам с любым из тегов: %{tags}",
  filter_operator_codes: "рассылка идёт клиентам с любым из кодов оператора: %{operator_codes}",
  filter_tags_and_operator_codes:
    "рассылка идёт клиентам с любым из тегов (%{tags}) и любым из кодов оператора (%{operator_codes})",
  in_audience: "клиент входит в аудиторию",
  audience_not_fixed: "аудитория определится в начале рассылки",
  not_in_audience: "клиент не подходил под отбор, когда рассылка началась",
  messages_removed: "сообщения рассылки удалены по сроку хранения: %{removed_at}",
  starts: "начало: %{starts_at}",
  ends: "окончание: %{ends_at}",
  mailing_status: "рассылка %{status}",
  local_time: "в поясе %{timezone} сейчас %{local_time}",
  any_hour: "в любое время",
  window_open: "с %{start} до %{end} по часам клиента, открыто до %{closes_at} по вашим",
  window_opens: "с %{start} до %{end} по часам клиента, откроется %{opens_at} по вашим",
  window_never_opens: "с %{start} до %{end} по часам клиента, до конца рассылки больше не откроется",
  due: "срок: %{due_at}",
  not_due: "срока нет",
  attempts: "использовано попыток: %{used} из %{limit}",
  provider_works: "провайдер работает",
  breaker_open: "отправка приостановлена: провайдер не работает (%{reason}), следующая попытка %{probe_at}",
  provider_asked_for_pause: "провайдер просит не обращаться к нему до %{until}",
  text_filled: "для всех подстановок есть значения",
  value_missing: "у клиента нет значения %{name}, а замены в тексте нет",
  no_job: "заданий для сообщения нет",
  job_to_send: "задание № %{job_id} отправит сообщение снова",
  job_to_give_up: "задание № %{job_id} признает сообщение неотправленным",
  text_unsendable: "текст нельзя отправить клиенту: %{reason}",
  text_not_valid: "текст черновика пока не годится для отправки",
};

export const verdict: CodePhrases["verdict"] = {
  sent: "Отправлено %{sent_at}",
  goes_out: "Уйдёт в ближайшую минуту",
  waits: "Ждёт: %{reasons}",
  queued: "В очереди с %{since}",
  sending: "Отправляется с %{since}",
  unknown: "Неизвестно, ушло ли сообщение, нужно решение оператора: %{reason}",
  failed: "Не будет отправлено: ошибка %{since}, %{reason}",
  expired: "Не будет отправлено: просрочено %{since}, %{reason}",
  cancelled: "Не будет отправлено: отменено %{since}, %{reason}",
  not_in_audience: "Не получит: клиент не подходил под отбор, когда рассылка началась",
  cancelled_before_start: "Не получит: рассылку отменили до начала",
  not_selected: "Не получит, если рассылка начнётся сейчас: %{reason}",
  not_launched: "Уйдёт только после запуска: рассылка пока черновик",
  awaits_job: "Ещё не обработано: %{reason}",
  messages_removed: "Уже неизвестно: сообщения рассылки удалены по сроку хранения: %{removed_at}",
  not_started: "Ещё не отправлено: аудитория определится в начале рассылки, %{starts_at}",
};

export const warning: CodePhrases["warning"] = {
  tags_without_clients: "Ни у кого из клиентов нет тегов: %{tags}",
  operator_codes_without_clients: "Ни у кого из клиентов нет кодов оператора: %{operator_codes}",
  name_differs_by_case: "{%{name}} отличается только регистром букв от поля, которое есть у клиентов: %{names}",
};
