import type { FormValues, Field } from "../values";
import type { usePreview } from "../preview";

/** Properties that every step of the mailing form takes. */
export interface StepProps {
  values: FormValues;
  onChange: (change: Partial<FormValues>) => void;
  /** Return the error message of a field, or undefined while the field is valid or its step was not left yet. */
  errorAt: (field: Field) => string | undefined;
  started: boolean;
  preview: ReturnType<typeof usePreview>;
}
