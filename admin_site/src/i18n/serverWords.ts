import type { Formats } from "./formats";

/**
 * The API speaks English. What it says to an operator, in explanations and of a field, is said here in Russian; a
 * sentence that is not known stays as it came, and so does what a provider has said.
 */
type Say = (found: string[], say: (words: string) => string) => string;

const MAILING: Record<string, string> = {
  scheduled: "запланирована",
  running: "идёт",
  paused: "приостановлена",
  finished: "завершена",
  cancelled: "отменена",
};

const SENTENCES: readonly [RegExp, Say][] = [
  [
    /^waits: (.*)$/,
    ([what = ""], say) =>
      `ждёт: ${what
        .split(/; (?!opens |does not open |is open )/)
        .map(say)
        .join("; ")}`,
  ],
  [/^goes out with the next tick$/, () => "уйдёт в ближайшую минуту"],
  [
    /^is on its way: (queued|sending) since (.*)$/,
    ([how, when]) => `${how === "queued" ? "в очереди" : "отправляется"} с ${when}`,
  ],
  [/^nobody knows whether it was sent: (.*)$/, ([why = ""], say) => `неизвестно, ушло ли сообщение: ${say(why)}`],
  [/^(.*); whether it was accepted is not known$/, ([why]) => `${why}; принято ли оно, неизвестно`],
  [
    /^the queue gave it up: the sender crashed, timed out or had no database, five times over$/,
    () => "очередь отказалась: отправитель пять раз упал, не успел или остался без базы данных",
  ],
  [/^the record cannot be read$/, () => "запись не читается"],
  [/^the provider works$/, () => "провайдер работает"],
  [
    /^the provider is left alone \((.*)\) and tried next (\S+)$/,
    ([why = "", when], say) => `провайдера не беспокоим (${say(why)}), следующая проба ${when}`,
  ],
  [/^given up: (.*)$/, ([why = ""], say) => `от отправки отказались: ${say(why)}`],
  [/^not of unknown outcome: (.*)$/, ([ids]) => `исход известен: ${ids}`],
  [
    /^will not be sent: (\w+) (\S+), (.*)$/,
    ([how, when, why = ""], say) => `не будет отправлено: ${ENDS[how ?? ""] ?? how} ${when}, ${say(why)}`,
  ],
  [/^sent (.*)$/, ([when]) => `отправлено ${when}`],
  [/^never: (.*)$/, ([why = ""], say) => `никогда: ${say(why)}`],
  [/^not as things stand: (.*)$/, ([why = ""], say) => `пока нет: ${say(why)}`],
  [/^not yet: (.*), (\S+)$/, ([why = ""], say) => `ещё нет: ${say(why)}`],
  [/^the mailing goes to everyone$/, () => "рассылка идёт всем"],
  [
    /^the mailing goes to any of the tags (.*) and any of the operator codes (.*)$/,
    ([tags, codes]) => `рассылка идёт клиентам с любым из тегов ${tags} и любым из кодов ${codes}`,
  ],
  [/^the mailing goes to any of the tags (.*)$/, ([tags]) => `рассылка идёт клиентам с любым из тегов ${tags}`],
  [
    /^the mailing goes to any of the operator codes (.*)$/,
    ([codes]) => `рассылка идёт клиентам с любым из кодов ${codes}`,
  ],
  [/^is in the audience$/, () => "входит в аудиторию"],
  [/^the audience is fixed when the mailing starts$/, () => "аудитория определится в начале рассылки"],
  [
    /^was not among the clients of the filter when the mailing started$/,
    () => "не подходил под отбор, когда рассылка началась",
  ],
  [/^the mailing was cancelled before it started$/, () => "рассылка отменена до начала"],
  [/^the mailing is (\w+)$/, ([status = ""]) => `рассылка ${MAILING[status] ?? status}`],
  [/^starts (.*)$/, ([when]) => `начало ${when}`],
  [/^ends (.*)$/, ([when]) => `окончание ${when}`],
  [/^in (\S+) it is (\S+) on (.*)$/, ([zone, clock, day]) => `в поясе ${zone} сейчас ${clock}, ${day}`],
  [/^any hour$/, () => "в любое время"],
  [
    /^(\S+) to (\S+) of local time; (.*)$/,
    ([from, to, then = ""], say) => `с ${from} до ${to} по местному времени; ${say(then)}`,
  ],
  [/^does not open again before the mailing ends$/, () => "до конца рассылки больше не откроется"],
  [/^is open until (.*)$/, ([when]) => `открыто до ${when}`],
  [/^opens (.*)$/, ([when]) => `откроется ${when}`],
  [/^no due time$/, () => "срока нет"],
  [/^due (.*)$/, ([when]) => `срок ${when}`],
  [/^(\d+) of (\d+) used$/, ([used, all]) => `использовано ${used} из ${all}`],
  [/^every placeholder has a value$/, () => "для всех подстановок есть значения"],
  [/^no reason noted$/, () => "причина не записана"],
  [
    /^the send window does not open again before the mailing ends$/,
    () => "часы отправки до конца рассылки больше не наступят",
  ],
  [/^the mailing ended first$/, () => "рассылка закончилась раньше"],
  [/^cancelled before it was sent$/, () => "отменено до отправки"],
  [/^the worker died during the call$/, () => "отправитель остановился во время вызова"],
  [/^the mailing was cancelled$/, () => "рассылка отменена"],
  [/^the client was deleted$/, () => "клиент удалён"],
  [
    /^(phone|operator_code|tag|timezone|attributes|row|text): (.*)$/,
    ([field = "", what = ""], say) => `${FIELDS[field] ?? field}: ${say(what)}`,
  ],
  [/^must be a 7 and ten digits, such as (.*)$/, ([sample]) => `нужно 7 и ещё десять цифр, например ${sample}`],
  [/^must be three digits, such as (.*)$/, ([sample]) => `нужны три цифры, например ${sample}`],
  [/^must be an IANA time zone, such as (.*)$/, ([sample]) => `нужен часовой пояс IANA, например ${sample}`],
  [/^must have 1 to (\d+) characters$/, ([most]) => `нужно от 1 до ${most} символов`],
  [/^must have visible characters only, and neither ; nor \|$/, () => "нужны только видимые символы, без ; и |"],
  [/^must be (\d+) at the most$/, ([most]) => `не больше ${most}`],
  [/^stands in line (\d+) already$/, ([line]) => `уже есть в строке ${line}`],
  [/^has (\d+) fields, and the header has (\d+)$/, ([own, header]) => `полей ${own}, а в заголовке ${header}`],
  [
    /^no client has (.*): give a default, as in (.*)$/,
    ([names, sample]) => `ни у одного клиента нет ${names}: задайте замену, например ${sample}`,
  ],
  [/^there is no tag (.*)$/, ([name]) => `тега ${name} нет`],
  [/^there is no mailing (.*)$/, ([id]) => `рассылки ${id} нет`],
  [/^mailing (\d+) filters on the tag and is not finished$/, ([id]) => `тег нужен незавершённой рассылке ${id}`],
  [/^the mailing has started: .*$/, () => "рассылка началась: отбор и начало больше не меняются"],
  [/^the mailing's end has passed$/, () => "срок рассылки истёк"],
  [
    /^a mailing that is (\w+) cannot be (\w+)$/,
    ([status = "", done = ""]) => `рассылка ${MAILING[status] ?? status}, её нельзя ${DONE[done] ?? done}`,
  ],
  [/^there is a tag (.*) already$/, ([name]) => `тег ${name} уже есть`],
  [/^must be after starts_at$/, () => "должно быть позже начала"],
  [/^is in the past$/, () => "уже в прошлом"],
  [/^there is a client (\d+) already$/, ([phone]) => `клиент ${phone} уже есть`],
  [/^there is no client (\d+)$/, ([phone]) => `клиента ${phone} нет`],
  [/^it has changed since it was read: read it again$/, () => "данные изменились с тех пор, как были прочитаны"],
  [/^this call needs the role (\w+)$/, ([role]) => `для этого нужна роль ${role}`],
  [/^the input is not valid$/, () => "данные не приняты"],
];

const DONE: Record<string, string> = {
  paused: "приостановить",
  resumed: "продолжить",
  cancelled: "отменить",
  retried: "повторить",
  changed: "изменить",
};

const FIELDS: Record<string, string> = {
  phone: "телефон",
  operator_code: "код оператора",
  tag: "тег",
  timezone: "часовой пояс",
  attributes: "личные данные",
  row: "строка",
  text: "текст",
};

const ENDS: Record<string, string> = { failed: "не удалось", expired: "просрочено", cancelled: "отменено" };

const MOMENT = /\b\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ/g;

/** What the API said, in the language of the page and with its times by the reader's clock. */
export function serverWords(locale: string, { precise }: Formats): (words: string) => string {
  const say = (words: string): string => {
    if (locale !== "ru") return words;
    for (const [pattern, russian] of SENTENCES) {
      const found = pattern.exec(words);
      if (found) return russian(found.slice(1), say);
    }
    return words;
  };
  return (words) => say(words).replace(MOMENT, (moment) => precise(moment));
}
