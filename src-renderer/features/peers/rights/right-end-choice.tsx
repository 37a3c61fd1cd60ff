import { useEffect, useRef, useState, type ReactElement } from 'react';
import { text } from '../../../locale/index.ts';
import { Button, Field, Select, TextInput, formatMoment, useNow } from '../../../ui/index.ts';
import styles from './access.module.css';
import { formatLocalMinute, resolveEnd, RIGHT_ENDS, type RightEnd } from './right-ends.ts';
import { useEscape } from './use-escape.ts';

export type RightEndChoiceProps = Readonly<{
  /** Name of the list for screen readers. */
  label: string;
  /** Current end, ms since 1970; null for none. */
  expiresAt: number | null;
  onChoose(end: Exclude<RightEnd, 'date'>): void;
  /** Called when the person wants to type a date. */
  onDate(): void;
}>;

/** List of the ends of a right, beside its decision. */
export function RightEndChoice({ label, expiresAt, onChoose, onDate }: RightEndChoiceProps): ReactElement {
  const now = useNow();
  const options = [
    ...(expiresAt === null
      ? []
      : [{ value: 'kept' as const, label: text('access.until', { until: formatMoment(expiresAt, now) }) }]),
    ...RIGHT_ENDS.map((value) => ({ value, label: text(`peers.rights.end.${value}`) })),
  ];
  return (
    <Select<RightEnd | 'kept'>
      label={label}
      hideLabel
      value={expiresAt === null ? 'never' : 'kept'}
      options={options}
      onChange={(end) => {
        if (end === 'date') onDate();
        else if (end !== 'kept') onChoose(end);
      }}
    />
  );
}

export type EndDateProps = Readonly<{
  /** Current end, ms since 1970; null for none. */
  expiresAt: number | null;
  busy: boolean;
  onSet(expiresAt: number): void;
  onCancel(): void;
}>;

/** Field for the date and time at which a right ends, below its row. Says why a date can't be used. */
export function EndDate({ expiresAt, busy, onSet, onCancel }: EndDateProps): ReactElement {
  const now = useNow();
  const [date, setDate] = useState(() => (expiresAt === null ? '' : formatLocalMinute(expiresAt)));
  const [isTried, setTried] = useState(false);
  const form = useEscape<HTMLFormElement>(onCancel);
  const field = useRef<HTMLInputElement>(null);
  useEffect(() => field.current?.focus(), []);
  const end = resolveEnd('date', date, now);
  const problem = end.kind === 'problem' && (isTried || end.problem === 'past') ? end.problem : undefined;
  const set = (): void => {
    setTried(true);
    if (end.kind === 'end' && end.expiresAt !== null) onSet(end.expiresAt);
  };
  return (
    <form
      ref={form}
      className={styles['date']}
      onSubmit={(event) => {
        event.preventDefault();
        set();
      }}
    >
      <Field
        label={text('peers.rights.end.date.label')}
        error={problem === undefined ? undefined : text(`peers.rights.end.${problem}`)}
      >
        <TextInput
          type="datetime-local"
          ref={field}
          min={formatLocalMinute(now)}
          value={date}
          onChange={(typed) => setDate(typed)}
        />
      </Field>
      <Button type="submit" size="small" busy={busy}>
        {text('access.date.set')}
      </Button>
      <Button size="small" variant="quiet" onClick={onCancel}>
        {text('ui.cancel')}
      </Button>
    </form>
  );
}
