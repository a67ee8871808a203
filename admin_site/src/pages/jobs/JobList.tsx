import { Link as TextLink } from "@mui/material";
import { DataTable, List, SelectInput, useTranslate } from "react-admin";
import { Link } from "react-router-dom";
import type { Job } from "../../api/types";
import { CursorPagination } from "../../common/components/CursorPagination";
import { EmptyList } from "../../common/components/EmptyList";
import { CancelJobButton } from "../../common/jobs/CancelJobButton";
import { JobProgress } from "../../common/jobs/JobProgress";
import { pollInterval } from "../../common/polling";
import { en } from "../../i18n/en";
import { useFormats } from "../../i18n/formats";

const POLL_MS = 3000;

const choicesOf = (vocabulary: "job_kind" | "job_status") =>
  Object.keys(en[vocabulary]).map((id) => ({ id, name: `${vocabulary}.${id}` }));

const filters = [
  <SelectInput key="status" source="status" choices={choicesOf("job_status")} alwaysOn />,
  <SelectInput key="kind" source="kind" choices={choicesOf("job_kind")} alwaysOn />,
];

/** Jobs with their progress, latest first. */
export default function JobList() {
  const { precise } = useFormats();
  const translate = useTranslate();
  return (
    <List
      filters={filters}
      sort={{ field: "id", order: "DESC" }}
      perPage={50}
      pagination={<CursorPagination />}
      exporter={false}
      empty={<EmptyList />}
      queryOptions={{ refetchInterval: pollInterval(POLL_MS) }}
    >
      <DataTable<Job> rowClick={false} bulkActionButtons={false}>
        <DataTable.Col<Job> source="id" disableSort />
        <DataTable.Col<Job> source="kind" disableSort render={(job) => translate(`job_kind.${job.kind}`)} />
        <DataTable.Col<Job> source="mailing_id" disableSort render={(job) => <Subject job={job} />} />
        <DataTable.Col<Job> source="status" disableSort render={(job) => translate(`job_status.${job.status}`)} />
        <DataTable.Col<Job> source="progress" disableSort render={(job) => <JobProgress job={job} />} />
        <DataTable.Col<Job> source="name" disableSort />
        <DataTable.Col<Job> source="created_at" disableSort render={(job) => precise(job.created_at)} />
        <DataTable.Col<Job> label={false} disableSort render={(job) => <CancelJobButton job={job} />} />
      </DataTable>
    </List>
  );
}

function Subject({ job }: { job: Job }) {
  if (job.mailing_id === null) return null;
  return (
    <TextLink component={Link} to={`/mailing/${job.mailing_id}/show`}>
      #{job.mailing_id}
    </TextLink>
  );
}
