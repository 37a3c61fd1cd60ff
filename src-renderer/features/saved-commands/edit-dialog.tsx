import { useState, type ReactElement } from 'react';
import { isUsableName, MOST_SAVED_COMMANDS, type SavedCommand } from '#shared/app-api/index.ts';
import {
  LONGEST_LINE,
  MOST_PLACEHOLDERS,
  placeholdersOf,
  quotedPlaceholder,
  SavedCommandError,
} from '#shared/saved-command/index.ts';
import { plainKey } from '#shared/visible-text/index.ts';
import { joinList, text } from '../../locale/index.ts';
import { applySavedCommands, openSavedCommand, useApp, useApi, useCall } from '../../store/index.ts';
import { ErrorNotice, Field, FormDialog, TextArea, TextInput } from '../../ui/index.ts';

type EditDialogProps = Readonly<{
  /** Command to change; undefined for a new one. */
  command: SavedCommand | undefined;
  onClose(): void;
}>;

/** Most characters of a name. */
const NAME_LENGTH = 64;

/**
 * Dialog that saves a command: its name, and its line with placeholders such as `{{branch}}` (`savedCommands.put`). A command with a new name takes the
 * place of the old one.
 */
export function EditDialog({ command, onClose }: EditDialogProps): ReactElement {
  const api = useApi();
  const saved = useApp((state) => state.savedCommands) ?? [];
  const [name, setName] = useState(command?.name ?? '');
  const [line, setLine] = useState(command?.line ?? '');
  const [isAsked, setAsked] = useState(false);
  const put = useCall('savedCommands.put', { outlives: true });
  const wanted = { name: name.trim(), line: line.trim() };
  const others = saved.filter((other) => other.name !== command?.name);
  const nameProblem = nameProblemOf(wanted.name, others);
  const lineProblem = lineProblemOf(wanted.line);
  const inQuotes = quotedInEach(wanted.line);
  const names = placeholdersOf(wanted.line);
  const save = async (andRun: boolean): Promise<void> => {
    setAsked(true);
    if (nameProblem !== undefined || lineProblem !== undefined || inQuotes !== undefined) return;
    let all = await put.run(wanted);
    if (all === undefined) return;
    // The new name is saved first: a failure in between leaves two, and loses none.
    if (command !== undefined && plainKey(command.name) !== plainKey(wanted.name))
      all = await api.call('savedCommands.remove', { name: command.name }).catch(() => all);
    applySavedCommands(all ?? []);
    onClose();
    if (andRun) openSavedCommand({ kind: 'run', command: wanted });
  };
  return (
    <FormDialog
      title={text(command === undefined ? 'saved.new.title' : 'saved.edit.title')}
      description={text('saved.about')}
      apply={text('saved.save')}
      also={{ label: text('saved.save-and-run'), onApply: () => void save(true) }}
      busy={put.busy}
      onClose={onClose}
      onApply={() => void save(false)}
    >
      <Field label={text('saved.name')} error={isAsked ? nameProblem : undefined}>
        <TextInput value={name} maxLength={NAME_LENGTH} onChange={setName} />
      </Field>
      <Field
        label={text('saved.line')}
        hint={
          names.length === 0
            ? text('saved.line.hint', { example: '{{branch}}' })
            : text('saved.line.asks', { names: joinList(names), count: names.length })
        }
        error={isAsked ? lineProblem : undefined}
      >
        <TextArea
          mono
          rows={3}
          maxLength={LONGEST_LINE}
          value={line}
          // A command has one line; a paste of several ends up in one.
          onChange={(next) => setLine(next.replaceAll(/[\r\n\0]+/g, ' '))}
          onKeyDown={(event) => {
            if (event.key !== 'Enter' || event.nativeEvent.isComposing) return;
            event.preventDefault();
            event.currentTarget.form?.requestSubmit();
          }}
        />
      </Field>
      {isAsked && inQuotes !== undefined && lineProblem === undefined && (
        <ErrorNotice
          error={
            new SavedCommandError('saved-command.quoted', 'a placeholder stands within quotes', {
              details: { name: inQuotes },
            })
          }
        />
      )}
      {put.error !== undefined && <ErrorNotice error={put.error} onDismiss={put.reset} />}
    </FormDialog>
  );
}

function nameProblemOf(name: string, others: readonly SavedCommand[]): string | undefined {
  if (!isUsableName(name)) return text('saved.name.problem');
  if (others.some((other) => plainKey(other.name) === plainKey(name))) return text('saved.name.taken');
  return others.length >= MOST_SAVED_COMMANDS ? text('saved.too-many', { count: MOST_SAVED_COMMANDS }) : undefined;
}

function lineProblemOf(line: string): string | undefined {
  if (line === '') return text('saved.line.problem');
  return placeholdersOf(line).length > MOST_PLACEHOLDERS
    ? text('saved.line.too-many', { count: MOST_PLACEHOLDERS })
    : undefined;
}

/** Returns a placeholder that stands within quotes for either kind of shell: no machine could run the line. */
function quotedInEach(line: string): string | undefined {
  return quotedPlaceholder(line, true) === undefined ? undefined : quotedPlaceholder(line, false);
}
