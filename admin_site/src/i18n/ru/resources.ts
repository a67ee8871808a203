import type * as en from "../en/resources";

export const resources: typeof en.resources = {
  mailing: {
    name: "Рассылка |||| Рассылки |||| Рассылки",
    empty: "Рассылок пока нет",
    invite: "Создать первую?",
    fields: {
      id: "№",
      text: "Текст",
      status: "Статус",
      starts_at: "Начало",
      ends_at: "Окончание",
      send_window: "Часы",
      max_rate: "Скорость",
      progress: "Ход",
      audience: "Аудитория",
    },
  },
  client: {
    name: "Клиент |||| Клиенты |||| Клиенты",
    empty: "Клиентов пока нет",
    invite: "Добавьте клиента или загрузите файл",
    fields: {
      id: "Новизна",
      phone: "Телефон",
      operator_code: "Код оператора",
      tags: "Теги",
      timezone: "Часовой пояс",
      attributes: "Личные данные",
      tag: "Тег",
      search: "Цифры номера",
    },
  },
  tag: {
    name: "Тег |||| Теги |||| Теги",
    empty: "Тегов пока нет",
    invite: "Теги появляются вместе с клиентами или создаются здесь",
    fields: { name: "Тег", clients: "Клиенты" },
  },
  message: {
    name: "Сообщение |||| Сообщения |||| Сообщения",
    fields: {
      id: "№",
      phone: "Телефон",
      status: "Статус",
      attempts: "Попытки",
      due_at: "Срок",
      sent_at: "Отправлено",
      last_error: "Последняя ошибка",
    },
  },
  audit: {
    name: "Журнал |||| Журнал |||| Журнал",
    empty: "Изменений пока не было",
    fields: {
      id: "№",
      at: "Когда",
      name: "Кто",
      role: "Роль",
      action: "Действие",
      kind: "Что",
      key: "Какой",
      since: "С",
      until: "По",
    },
  },
};
