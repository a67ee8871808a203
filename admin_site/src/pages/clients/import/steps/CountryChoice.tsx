import { Autocomplete, TextField } from "@mui/material";
import { useMemo } from "react";
import { useLocaleState, useTranslate } from "react-admin";
import { countriesIn } from "./countries";

/** Choice of the country in whose way the phones of a file are written. */
export function CountryChoice({
  country,
  onChange,
}: {
  country: string | undefined;
  onChange: (country: string | undefined) => void;
}) {
  const translate = useTranslate();
  const [locale] = useLocaleState();
  const countries = useMemo(() => countriesIn(locale), [locale]);
  return (
    <Autocomplete
      options={countries}
      getOptionLabel={({ name }) => name}
      isOptionEqualToValue={(one, other) => one.code === other.code}
      value={countries.find(({ code }) => code === country) ?? null}
      onChange={(_, chosen) => onChange(chosen?.code)}
      renderInput={(props) => (
        <TextField
          {...props}
          label={translate("client.import.check.country")}
          placeholder={translate("app.none")}
          helperText={translate("client.import.check.country_help")}
          slotProps={{ ...props.slotProps, inputLabel: { shrink: true } }}
        />
      )}
    />
  );
}
