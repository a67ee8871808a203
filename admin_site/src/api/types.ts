import type { components } from "./schema";

type Schemas = components["schemas"];

export type Client = Schemas["Client"];
export type ClientDetails = Schemas["ClientDetails"];
export type ClientInput = Schemas["ClientInput"];
export type ClientChange = Schemas["ClientChange"];
export type ClientPage = Schemas["ClientPage"];
export type Bulk = Schemas["Bulk"];
export type Tag = Schemas["Tag"];
export type Mailing = Schemas["Mailing"];
export type MailingChange = Schemas["MailingChange"];
export type MailingInput = Schemas["MailingInput"];
export type NewMailing = Schemas["NewMailing"];
export type RetryInput = Schemas["RetryInput"];
export type RetriedStatus = RetryInput["statuses"][number];
export type SendWindow = Schemas["Window"];
export type Stats = Schemas["Stats"];
export type Message = Schemas["Message"];
export type ClientMessage = Schemas["ClientMessage"];
export type Preview = Schemas["Preview"];
export type ReportText = Schemas["ReportText"];
export type MailingStatistics = Schemas["Detail"];
export type Explanation = Schemas["Explanation"];
export type Totals = Schemas["Totals"];
export type AuditEntry = Schemas["Change"];
export type ImportResult = Schemas["ImportResult"];
export type ReadRow = Schemas["ReadRow"];
export type Import = Schemas["Import"];
export type ImportInput = Schemas["ImportInput"];
export type UploadRequest = Schemas["UploadRequest"];
export type RefusedRow = Schemas["Refused"];
export type OverriddenRow = Schemas["Overridden"];
export type ProviderHealth = Schemas["ProviderHealth"];
export type Job = Schemas["Job"];
export type Reply = Schemas["Reply"];
export type OptOut = Schemas["OptOut"];
export type ClientOptOut = Schemas["ClientOptOut"];
export type OptOutInput = Schemas["OptOutInput"];
export type OptOutImportResult = Schemas["OptOutImportResult"];
export type ErasureInput = Schemas["ErasureInput"];
export type PersonalData = Schemas["PersonalData"];
export type Retention = Schemas["Retention"];
export type KeptRows = Schemas["KeptRows"];

// Closed vocabularies.
export type MailingStatus = Schemas["MailingStatus"];
export type MessageStatus = Schemas["MessageStatus"];
/** Statuses that a message does not leave by itself: those that statistics count by hour. */
export type EndedStatus = Exclude<keyof Schemas["Hour"], "hour">;
export type Category = Schemas["Category"];
export type OptOutScope = Schemas["OptOutScope"];
export type OptOutSource = Schemas["OptOutSource"];
export type ReplyEffect = Schemas["ReplyEffect"];
export type RetentionSubject = Schemas["RetentionSubject"];
export type Resolution = Schemas["Resolution"];
export type OnUnknown = Schemas["OnUnknown"];
export type Role = AuditEntry["role"];
export type AuditAction = Schemas["AuditAction"];
export type AuditKind = Schemas["AuditKind"];
export type JobKind = Schemas["JobKind"];
export type JobStatus = Schemas["JobStatus"];
export type SmsEncoding = Schemas["SmsEncoding"];

// Codes, each with the parameters of its phrase.
export type ProblemCode = Schemas["ProblemCode"];
export type Reason = Schemas["Reason"];
export type RuleName = Schemas["RuleName"];
export type FactCode = Schemas["FactCode"];
export type VerdictCode = Schemas["VerdictCode"];
export type WarningCode = Schemas["WarningCode"];
export type Params = Record<string, unknown>;
