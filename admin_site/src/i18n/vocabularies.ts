import type {
  AuditAction,
  AuditKind,
  Category,
  FactCode,
  JobKind,
  JobStatus,
  MailingStatus,
  MessageStatus,
  OnUnknown,
  OptOutScope,
  OptOutSource,
  ProblemCode,
  Reason,
  ReplyEffect,
  RetentionSubject,
  Role,
  RuleName,
  VerdictCode,
  WarningCode,
} from "../api/types";

/** Words of the API's closed vocabularies. A language that lacks a member does not compile. */
export interface Vocabularies {
  status: Record<MailingStatus, string>;
  message_status: Record<MessageStatus, string>;
  message_hint: Record<MessageStatus, string>;
  on_unknown: Record<OnUnknown, string>;
  role: Record<Role, string>;
  rule: Record<RuleName, string>;
  job_kind: Record<JobKind, string>;
  job_status: Record<JobStatus, string>;
  audit_action: Record<AuditAction, string>;
  audit_kind: Record<AuditKind, string>;
  /** Names of actions after "You cannot". */
  refused_action: Record<AuditAction, string>;
}

/** Words of the closed vocabularies of opt-outs, replies and retention. */
export interface PrivacyVocabularies {
  category: Record<Category, string>;
  opt_out_scope: Record<OptOutScope, string>;
  opt_out_source: Record<OptOutSource, string>;
  reply_effect: Record<ReplyEffect, string>;
  retention_subject: Record<RetentionSubject, string>;
}

/** Phrases of the API's codes. A parameter of the code's phrase stands as `%{name}`. */
export interface CodePhrases {
  problem: Record<ProblemCode, string>;
  reason: Record<Reason, string>;
  fact: Record<FactCode, string>;
  verdict: Record<VerdictCode, string>;
  warning: Record<WarningCode, string>;
}
