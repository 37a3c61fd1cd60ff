import { useEffect, useState, useSyncExternalStore, type ReactElement } from 'react';
import type { SavedCommand } from '#shared/app-api/index.ts';
import { fillPlaceholders, placeholdersOf } from '#shared/saved-command/index.ts';
import { text } from '../../locale/index.ts';
import { useApi, useApp } from '../../store/index.ts';
import {
  Button,
  ConfirmDialog,
  CopyButton,
  Dialog,
  ErrorNotice,
  Field,
  FormDialog,
  TextInput,
} from '../../ui/index.ts';
import { lastMachines, machinesToRunOn, rememberMachines } from './chosen-machines.ts';
import { LineBox } from './line-box.tsx';
import { MachineChoice } from './machine-choice.tsx';
import { resultsAsJson } from './results-json.ts';
import { Results } from './results.tsx';
import { SavedRun, type MachineLine } from './saved-run.ts';

type RunDialogProps = Readonly<{ command: SavedCommand; onClose(): void }>;

/** Values of the placeholders and machines, as the person has given them. */
type Given = Readonly<{ values: Readonly<Record<string, string>>; machines: ReadonlySet<string> }>;

const storage = (): Storage => localStorage;

/**
 * Dialog that runs a saved command: first the values of its placeholders and the machines, then its output and results. Closing it ends the command on
 * all machines, and asks before that.
 */
export function RunDialog({ command, onClose }: RunDialogProps): ReactElement {
  const [given, setGiven] = useState<Given>(() => ({
    values: {},
    machines: new Set(lastMachines(storage, command.name)),
  }));
  const [run, setRun] = useState<SavedRun>();
  return run === undefined ? (
    <RunForm command={command} given={given} onChange={setGiven} onRun={setRun} onClose={onClose} />
  ) : (
    <RunningDialog command={command} run={run} onAgain={() => setRun(undefined)} onClose={onClose} />
  );
}

type RunFormProps = Readonly<{
  command: SavedCommand;
  given: Given;
  onChange(given: Given): void;
  onRun(run: SavedRun): void;
  onClose(): void;
}>;

function RunForm({ command, given, onChange, onRun, onClose }: RunFormProps): ReactElement {
  const api = useApi();
  const peers = useApp((state) => state.peers);
  // No machine moves under the pointer while the dialog is open.
  const [order] = useState(() => machinesToRunOn(peers).map(({ peerId }) => peerId));
  const [isAsked, setAsked] = useState(false);
  const [problem, setProblem] = useState<unknown>();
  const { values, machines } = given;
  const names = placeholdersOf(command.line);
  const listed = order.flatMap((id) => peers.find(({ peerId }) => peerId === id) ?? []);
  const chosen = listed.filter(({ peerId, pairing }) => machines.has(peerId) && pairing?.compared !== false);
  const start = (): void => {
    setAsked(true);
    setProblem(undefined);
    if (chosen.length === 0 || names.some((name) => (values[name] ?? '') === '')) return;
    let lines: readonly MachineLine[];
    try {
      // Every line is made before the first one runs.
      lines = chosen.map((peer) => ({
        peer,
        line: fillPlaceholders(command.line, valuesOf(names, values), peer.system === 'windows'),
      }));
    } catch (error) {
      setProblem(error);
      return;
    }
    rememberMachines(
      storage,
      command.name,
      chosen.map(({ peerId }) => peerId),
    );
    onRun(new SavedRun(api, lines));
  };
  return (
    <FormDialog
      title={text('saved.run.title', { name: command.name })}
      apply={chosen.length === 0 ? text('saved.run.start.none') : text('saved.run.start', { count: chosen.length })}
      onClose={onClose}
      onApply={start}
    >
      <LineBox label={text('saved.line')} line={command.line} />
      {names.map((name) => (
        <Field
          key={name}
          label={text('saved.run.value', { name })}
          error={isAsked && (values[name] ?? '') === '' ? text('saved.run.value.problem') : undefined}
        >
          <TextInput
            mono
            value={values[name] ?? ''}
            onChange={(value) => onChange({ ...given, values: { ...values, [name]: value } })}
          />
        </Field>
      ))}
      <MachineChoice
        machines={listed}
        chosen={machines}
        problem={isAsked && chosen.length === 0 ? text('saved.run.machines.problem') : undefined}
        onChange={(next) => onChange({ ...given, machines: next })}
      />
      {problem !== undefined && <ErrorNotice error={problem} onDismiss={() => setProblem(undefined)} />}
    </FormDialog>
  );
}

/** Returns the values of these placeholders only. */
function valuesOf(
  names: readonly string[],
  values: Readonly<Record<string, string>>,
): Readonly<Record<string, string>> {
  return Object.fromEntries(names.map((name) => [name, values[name] ?? '']));
}

type RunningProps = Readonly<{ command: SavedCommand; run: SavedRun; onAgain(): void; onClose(): void }>;

function RunningDialog({ command, run, onAgain, onClose }: RunningProps): ReactElement {
  const runs = useSyncExternalStore(
    (listener) => run.subscribe(listener),
    () => run.runs,
  );
  const [isStopping, setStopping] = useState(false);
  const [isLeaving, setLeaving] = useState(false);
  useEffect(() => () => run.close(), [run]);
  const left = runs.filter(({ state }) => state !== 'ended').length;
  const isOver = left === 0;
  const leave = (): void => (isOver ? onClose() : setLeaving(true));
  return (
    <>
      <Dialog
        open
        size="large"
        title={command.name}
        onClose={leave}
        actions={
          isOver ? (
            <>
              <CopyButton size="medium" value={resultsAsJson(runs)} label={text('saved.results.copy')} />
              <Button onClick={onAgain}>{text('saved.results.again')}</Button>
              <Button variant="primary" onClick={onClose}>
                {text('ui.close')}
              </Button>
            </>
          ) : (
            <>
              <Button onClick={leave}>{text('ui.close')}</Button>
              <Button
                variant="danger"
                onClick={() => {
                  setStopping(true);
                  run.stop();
                }}
              >
                {text(isStopping ? 'saved.results.end' : 'saved.results.stop')}
              </Button>
            </>
          )
        }
      >
        <Results line={command.line} runs={runs} isStopping={isStopping} />
      </Dialog>
      {isLeaving && !isOver && (
        <ConfirmDialog
          title={text('saved.leave.title', { count: left })}
          description={text('saved.leave.text')}
          apply={text('saved.leave.apply')}
          keep={text('saved.leave.keep')}
          onClose={() => setLeaving(false)}
          onApply={onClose}
        />
      )}
    </>
  );
}
