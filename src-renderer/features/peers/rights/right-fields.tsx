import type { ReactElement, ReactNode } from 'react';
import type { Grant, Right } from '#shared/app-api/index.ts';
import { text } from '../../../locale/index.ts';
import { Caution, Field, RadioGroup, Select, TextInput, useNow } from '../../../ui/index.ts';
import { DECISIONS, hasEnd, revokes, type RightChoice } from './right-choice.ts';
import { formatLocalMinute, resolveEnd, RIGHT_ENDS } from './right-ends.ts';
import styles from './right-fields.module.css';
import { describeGrant } from './right-text.ts';

export type RightFieldsProps = Readonly<{
  right: Right;
  /** Name of the peer, quoted for use in a sentence. */
  name: string;
  /** Current grant. */
  grant: Grant;
  choice: RightChoice;
  /** Also shows that a date is missing, because the person has pressed Apply. */
  strict: boolean;
  onChange(choice: RightChoice): void;
  /** Further fields of this right, such as the targets of `forward`. */
  children?: ReactNode;
}>;

/**
 * Fields for one right in the permissions dialog: its meaning, the current grant, and the choice of a decision with its end. Warns about what a
 * withdrawn grant ends. Calls nothing; the dialog saves the choice.
 */
export function RightFields({
  right,
  name,
  grant,
  choice,
  strict,
  onChange,
  children,
}: RightFieldsProps): ReactElement {
  const now = useNow();
  const end = resolveEnd(choice.end, choice.date, now);
  const problem = end.kind === 'problem' && (strict || end.problem === 'past') ? end.problem : undefined;
  return (
    <RadioGroup
      label={text(`peers.right.${right}`)}
      about={
        <>
          <p className={styles['about']}>{text(`peers.rights.${right}.explain`)}</p>
          <p className={styles['now']}>{text('peers.rights.now', { state: describeGrant(grant, now) })}</p>
        </>
      }
      value={choice.decision}
      options={DECISIONS.map((decision) => ({
        value: decision,
        label: text(`peers.rights.decision.${decision}`),
        description: text(`peers.rights.${right}.${decision}.explain`),
      }))}
      onChange={(decision) => onChange({ ...choice, decision })}
    >
      {hasEnd(choice.decision) && (
        <div className={styles['end']}>
          <Select
            label={text('peers.rights.end')}
            value={choice.end}
            options={RIGHT_ENDS.map((value) => ({ value, label: text(`peers.rights.end.${value}`) }))}
            onChange={(value) => onChange({ ...choice, end: value })}
          />
          {choice.end === 'date' && (
            <Field
              label={text('peers.rights.end.date.label')}
              error={problem === undefined ? undefined : text(`peers.rights.end.${problem}`)}
            >
              <TextInput
                type="datetime-local"
                min={formatLocalMinute(now)}
                value={choice.date}
                onChange={(date) => onChange({ ...choice, date })}
              />
            </Field>
          )}
          {choice.end !== 'never' && (
            <p className={styles['after']}>
              {choice.decision === 'allow' ? text(`peers.rights.${right}.after`) : text('peers.rights.end.after-deny')}
            </p>
          )}
        </div>
      )}
      <Caution className={styles['warning']}>
        {revokes(grant, choice) && text(`peers.rights.${right}.takes-back`, { name })}
      </Caution>
      {children}
    </RadioGroup>
  );
}
