import type { ReactElement } from 'react';
import { text } from '../../../locale/index.ts';
import { Field, TextArea } from '../../../ui/index.ts';
import { parseJsonParams } from './workflow-draft.ts';

type JsonFieldProps = Readonly<{ label: string; hint: string; value: string; onChange(value: string): void }>;

/** Example of parameters that hints show, the same in every language. */
export const EXAMPLE_PARAMS = '{"branch": "main"}';

/** Field for parameters as a JSON object: of a workflow that is edited, or of one that is started. Shows a problem while the person types. */
export function JsonField({ label, hint, value, onChange }: JsonFieldProps): ReactElement {
  const read = parseJsonParams(value);
  return (
    <Field label={label} hint={hint} error={read.kind === 'problem' ? problemText(read.problem) : undefined}>
      <TextArea mono rows={4} value={value} onChange={onChange} />
    </Field>
  );
}

function problemText(problem: 'not-json' | 'not-object'): string {
  return problem === 'not-json'
    ? text('workflows.wrong.not-json')
    : text('workflows.wrong.not-object', { example: EXAMPLE_PARAMS });
}
