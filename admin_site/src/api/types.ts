import type { components } from "./schema";

type Schemas = components["schemas"];

export type Client = Schemas["Client"];
export type ClientInput = Schemas["ClientInput"];
export type ClientChange = Schemas["ClientChange"];
export type Tag = Schemas["Tag"];
export type Mailing = Schemas["Mailing"];
export type MailingInput = Schemas["MailingInput"];
export type MailingStatus = Mailing["status"];
export type SendWindow = Schemas["Window"];
export type Stats = Schemas["Stats"];
export type Message = Schemas["Message"];
export type MessageStatus = Message["status"];
export type Preview = Schemas["Preview"];
export type Trial = Schemas["Trial"];
export type ReportText = Schemas["ReportText"];
export type MailingStatistics = Schemas["Detail"];
export type Explanation = Schemas["Explanation"];
export type Totals = Schemas["Totals"];
export type AuditEntry = Schemas["Change"];
export type ImportResult = Schemas["ImportResult"];
