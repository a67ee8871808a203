import type { FileFormat } from "../../../common/files/table";

/** Format of a file of clients. */
export const CLIENT_FILE: FileFormat = {
  columns: ["phone", "operator_code", "tags", "timezone", "consent_at", "consent_source"],
  required: ["phone", "timezone"],
};

export const CLIENT_SAMPLE = "phone,operator_code,tags,timezone,name\n79261234567,926,vip;new,Europe/Moscow,Ann\n";
