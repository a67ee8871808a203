import { Chip, Stack } from "@mui/material";

/** Tags of a client, as chips. */
export function ClientTags({ tags }: { tags: string[] }) {
  return (
    <Stack direction="row" useFlexGap spacing={0.5} sx={{ flexWrap: "wrap" }}>
      {tags.map((tag) => (
        <Chip key={tag} label={tag} size="small" />
      ))}
    </Stack>
  );
}
