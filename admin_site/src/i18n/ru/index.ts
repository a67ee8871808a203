import type { TranslationMessages } from "react-admin";
import library from "ra-language-russian";
import type { en } from "../en";
import { client, tag } from "./clients";
import { fact, verdict, warning } from "./explanations";
import { file } from "./files";
import { mailing } from "./mailings";
import { dashboard, report } from "./overview";
import { opt_out, privacy, privacyVocabularies, retention } from "./privacy";
import { field, problem } from "./problems";
import { reason } from "./reasons";
import { resources } from "./resources";
import { vocabularies } from "./vocabularies";

export const ru: Omit<typeof en, "ra"> & TranslationMessages = {
  ...library,
  app: {
    name: "Рассылки",
    offline: "Сервис недоступен. Пробуем подключиться снова.",
    offline_since: "Сервис недоступен. Показаны данные на %{time}. Пробуем подключиться снова.",
    loading: "Загрузка…",
    none: "нет",
    any: "любой",
    updated: "Обновлено в %{time}",
    more: "и ещё %{smart_count}",
    conflict: "Кто-то уже изменил эти данные. Ваш ввод сохранён: откройте страницу в другой вкладке и сравните.",
    close: "Закрыть",
    back: "Назад",
    next: "Далее",
    retry: "Повторить",
    empty: "Здесь пока ничего нет",
    failed: "Не удалось загрузить: %{reason}",
  },
  auth: {
    welcome: "Войдите, чтобы отправлять рассылки",
    choose_password: "Придумайте свой пароль, чтобы продолжить",
    email: "Эл. почта",
    new_password: "Новый пароль",
    password_rule: "Не короче 12 символов: заглавные и строчные латинские буквы, цифры",
    error: {
      NotAuthorized: "Неверная почта или пароль",
      UserNotFound: "Неверная почта или пароль",
      PasswordResetRequired: "Пароль должен сбросить администратор",
      InvalidPassword: "Слишком простой пароль: нужно не менее 12 символов, заглавные и строчные буквы и цифры",
      UserNotConfirmed: "Учётная запись ещё не подтверждена",
      TooManyRequests: "Слишком много попыток. Подождите немного.",
      LimitExceeded: "Слишком много попыток. Подождите немного.",
      Network: "Служба входа недоступна",
      Other: "Войти не удалось. Попробуйте позже.",
    },
  },
  resources,
  ...vocabularies,
  ...privacyVocabularies,
  problem,
  field,
  reason,
  fact,
  verdict,
  warning,
  mailing,
  client,
  file,
  tag,
  dashboard,
  report,
  opt_out,
  privacy,
  retention,
  job: {
    of: "%{done} из %{total}",
    cancel: "Остановить",
    cancel_title: "Остановить задание?",
    cancel_text: "Сделанное останется, остальное не изменится.",
    cancelled: "Задание остановлено",
    started: "Начато. Ход выполнения виден на странице рассылки.",
  },
  audit: {
    field: "Поле",
    before: "Было",
    after: "Стало",
    no_details: "Без подробностей",
  },
};
