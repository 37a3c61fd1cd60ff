import { useEffect, useState, type ReactElement } from 'react';
import type { CallOutput } from '#shared/app-api/index.ts';
import { LARGEST_LOOP_LIMITS, LOOP_LIMITS } from '#shared/messages/index.ts';
import { formatNumber, text } from '../../../locale/index.ts';
import { useCall } from '../../../store/index.ts';
import { ErrorNotice, RowSkeleton } from '../../../ui/index.ts';
import { AutosaveField } from '../autosave-field.tsx';
import { readNumber } from '../general/terminal-numbers.ts';
import { Section } from '../section.tsx';

type Limits = CallOutput<'messages.loops'>;

/**
 * Section of the settings for messages between agents: the numbers of messages without a person after which further ones are held
 * (`messages.loops`). Each change is saved at once (`messages.setLoops`).
 */
export function MessagesSection(): ReactElement {
  const read = useCall('messages.loops');
  const set = useCall('messages.setLoops');
  const [limits, setLimits] = useState<Limits>();
  const { run: ask } = read;
  useEffect(() => {
    void ask({}).then((answer) => {
      if (answer !== undefined) setLimits(answer);
    });
  }, [ask]);

  const field = (name: keyof Limits, saved: Limits, label: string, hint: string): ReactElement => {
    const range = { least: 1, most: LARGEST_LOOP_LIMITS[name], step: 1 };
    return (
      <AutosaveField
        numeric
        label={label}
        hint={hint}
        maxLength={6}
        value={formatNumber(saved[name], { useGrouping: false })}
        check={(typed) =>
          readNumber(typed, range) === undefined ? text('settings.terminals.number.invalid', range) : undefined
        }
        onCommit={async (typed) => {
          const value = readNumber(typed, range);
          const answer = value === undefined ? undefined : await set.run({ [name]: value });
          if (answer !== undefined) setLimits(answer);
          return answer !== undefined;
        }}
      />
    );
  };
  return (
    <Section name="messages" title={text('settings.messages')} text={text('settings.messages.text')}>
      {read.error !== undefined && limits === undefined && <ErrorNotice error={read.error} />}
      {set.error !== undefined && <ErrorNotice error={set.error} onDismiss={set.reset} />}
      {limits === undefined && read.error === undefined && <RowSkeleton label={text('ui.loading')} />}
      {limits !== undefined && (
        <>
          {field(
            'inARow',
            limits,
            text('settings.messages.row'),
            text('settings.messages.row.hint', { usual: LOOP_LIMITS.inARow }),
          )}
          {field(
            'inTenMinutes',
            limits,
            text('settings.messages.total'),
            text('settings.messages.total.hint', { usual: LOOP_LIMITS.inTenMinutes }),
          )}
        </>
      )}
    </Section>
  );
}
