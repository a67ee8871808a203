import type { CodePhrases } from "../vocabularies";

export const reason: CodePhrases["reason"] = {
  // Without a call.
  window_never_opens: "часы отправки в этом поясе до конца рассылки не наступят",
  window_never_opens_again: "часы отправки до конца рассылки больше не наступят",
  mailing_ended: "рассылка закончилась до отправки",
  mailing_cancelled: "рассылку отменили",
  cancelled_before_sent: "отменено до отправки",
  not_sent_in_time: "не удалось отправить вовремя",
  client_deleted: "клиента удалили",
  opted_out: "человек отказался от сообщений",
  no_consent: "клиент не давал согласия на рекламные сообщения",
  client_erased: "данные человека стёрты",
  provider_removed: "провайдер последней попытки больше не настроен",
  missing_value: "у клиента нет значения %{name}, а замены в тексте нет",
  text_blank: "после подстановки значений клиента в тексте не осталось видимых символов",
  text_length: "после подстановки значений клиента в тексте больше %{max_length} символов",
  text_segments: "с подставленными значениями текст занимает SMS: %{segments}, а можно не больше %{max_segments}",
  // What the provider did.
  provider_unreachable: "нет связи с провайдером (%{text})",
  provider_unavailable: "провайдер не принял сообщение: %{text}",
  provider_throttled: "провайдер просит отправлять реже: %{text}",
  provider_rejected: "провайдер отклонил сообщение: %{text}",
  provider_repeated: "провайдер уже получал это сообщение: %{text}",
  provider_unauthorized: "провайдер не принимает токен: %{text}",
  provider_unknown_outcome: "из ответа провайдера неясно, принято ли сообщение: %{text}",
  provider_timeout:
    "провайдер не ответил за %{seconds} секунду |||| провайдер не ответил за %{seconds} секунды |||| провайдер не ответил за %{seconds} секунд",
  connection_broken: "связь с провайдером оборвалась (%{text})",
  // What our side did.
  token_unreadable: "не удалось прочитать токен провайдера (%{error})",
  token_invalid: "в токене провайдера есть символы, недопустимые в заголовке",
  provider_settings: "настройки провайдера не подходят: %{error}",
  sender_failed: "непредвиденная ошибка при отправке (%{error})",
  worker_died: "отправка прервалась во время вызова провайдера",
  // What follows.
  outcome_unknown: "исход неизвестен",
  held: "%{reason}; провайдер мог принять сообщение",
  given_up: "оператор решил не повторять отправку: %{reason}",
  restored: "база восстановлена из копии от %{restored_from}: с тех пор сообщение могло уйти",
  dead_letter: "снято с очереди после пяти неудач: сбой отправки, нехватка времени или нет связи с базой данных",
  unreadable_record: "в записи очереди нет сообщения",
  refused_later: "провайдер сообщил, что не принял сообщение",
  other: "другие причины",
};
