import type * as en from "../en/overview";

export const dashboard: typeof en.dashboard = {
  running: "Идущие рассылки",
  no_running: "Сейчас ни одна рассылка не идёт",
  upcoming: "Скоро начнутся",
  no_upcoming: "Ничего не запланировано",
  provider: "Провайдер",
  provider_works: "Провайдер работает",
  provider_down: "Отправка остановлена; следующая попытка в %{time}",
  provider_slowed: "Отправка замедлена до %{rate} сообщений в секунду",
  last_incident: "Последний сбой: с %{from} до %{to}",
  dead_letters: "Снято с очереди",
  today: "Сегодня",
  today_help: "Сообщения, завершённые с полуночи по вашему времени",
  today_partial:
    "По последней %{smart_count} рассылке |||| По последним %{smart_count} рассылкам |||| По последним %{smart_count} рассылкам",
  attention: "Требует внимания",
  all_well: "Всё в порядке",
  miss: "Не успеют до окончания: %{count}",
  miss_rate: "Не успеют до окончания: %{count}; поднимите скорость до %{rate}/с",
  failed:
    "Не удалось %{smart_count} сообщение |||| Не удались %{smart_count} сообщения |||| Не удалось %{smart_count} сообщений",
  unknown:
    "%{smart_count} сообщение с неизвестным исходом |||| %{smart_count} сообщения с неизвестным исходом |||| %{smart_count} сообщений с неизвестным исходом",
  paused:
    "Приостановлена, ждёт %{smart_count} сообщение |||| Приостановлена, ждут %{smart_count} сообщения |||| Приостановлена, ждут %{smart_count} сообщений",
  paused_before_start: "Приостановлена до начала",
  expired:
    "Просрочено %{smart_count} сообщение |||| Просрочены %{smart_count} сообщения |||| Просрочено %{smart_count} сообщений",
  total_mailings: "Рассылок",
  total_sent: "Отправлено всего",
  total_open: "Ждут отправки",
  new: "Новая рассылка",
};

export const report: typeof en.report = {
  title: "Отчёты",
  mailed: "Отправленные ежедневные отчёты",
  none_mailed: "Отчётов ещё не было. Первый придёт следующим утром.",
  not_kept: "Текст этого письма не сохранился",
  save_html: "Сохранить как HTML",
  save_text: "Сохранить как текст",
  last_days: "Последний %{smart_count} день |||| Последние %{smart_count} дня |||| Последние %{smart_count} дней",
  by_day: "По дням",
  by_mailing: "По рассылкам",
  help: "Дни считаются по вашему времени. Удалённые рассылки здесь не учтены, они есть в ежедневном отчёте, который приходит по почте.",
  none: "За эти дни ни одно сообщение не завершено",
  partial:
    "Учтена только последняя %{smart_count} рассылка. |||| Учтены только последние %{smart_count} рассылки. |||| Учтены только последние %{smart_count} рассылок.",
  day: "День",
  success: "Отправлены",
  errors: "Ошибки",
};
