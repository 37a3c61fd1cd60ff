import type { ReactElement } from 'react';
import { text } from '../../../locale/index.ts';
import { Field, TextInput } from '../../../ui/index.ts';
import own from './command-box.module.css';

/**
 * Text field for an optional reason, on the cards of peers' and gateways' requests. It is folded, because most decisions need none. The card sends
 * the reason with the decision.
 */
export function DecisionNote({
  reason,
  onChange,
}: Readonly<{ reason: string; onChange(reason: string): void }>): ReactElement {
  return (
    <details className={own['note']}>
      <summary>{text('requests.note')}</summary>
      <Field label={text('requests.note.label')} hint={text('requests.note.hint')}>
        <TextInput dir="auto" maxLength={512} value={reason} onChange={onChange} />
      </Field>
    </details>
  );
}
