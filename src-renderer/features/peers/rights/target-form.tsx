import { useEffect, useRef, useState, type ReactElement } from 'react';
import type { TargetPattern } from '#shared/app-api/index.ts';
import { text } from '../../../locale/index.ts';
import { Button, Field, Select, TextInput, browserClock } from '../../../ui/index.ts';
import styles from './allowed-targets.module.css';
import { resolveEnd, type RightEnd } from './right-ends.ts';
import { readTarget, splitTarget, type TargetInput, type TargetProblem } from './target-patterns.ts';
import { useEscape } from './use-escape.ts';

const KINDS = ['connect', 'listen'] as const;
const ENDS: readonly RightEnd[] = ['never', 'hour', 'eight-hours', 'tomorrow'];
const EMPTY: TargetInput = { kind: 'connect', host: '', ports: '' };

export type TargetFormProps = Readonly<{
  /** Targets in the list already. */
  known: readonly TargetPattern[];
  busy: boolean;
  /** Adds a target. @returns whether it was saved */
  onAdd(pattern: TargetPattern): Promise<boolean>;
  onClose(): void;
}>;

/** Form for a new target, each with an end; explains a target that can't be used. It stays open for the next one. Escape closes it. */
export function TargetForm({ known, busy, onAdd, onClose }: TargetFormProps): ReactElement {
  const form = useEscape<HTMLFormElement>(onClose);
  const first = useRef<HTMLInputElement>(null);
  useEffect(() => first.current?.focus(), []);
  const [input, setInput] = useState(EMPTY);
  const [end, setEnd] = useState<RightEnd>('never');
  const [problem, setProblem] = useState<TargetProblem>();
  const [hasAdded, setAdded] = useState(false);

  const type = (fields: Partial<TargetInput>): void => {
    setInput((before) => ({ ...before, ...fields }));
    setProblem(undefined);
  };
  const add = async (): Promise<void> => {
    const typed = splitInput(input);
    setInput(typed);
    const until = resolveEnd(end, '', browserClock.now());
    const read = readTarget(typed, until.kind === 'end' ? until.expiresAt : null, known);
    first.current?.focus();
    if ('problem' in read) {
      setProblem(read.problem);
      return;
    }
    if (!(await onAdd(read.pattern))) return;
    setInput({ ...EMPTY, kind: typed.kind });
    setAdded(true);
  };

  return (
    <form
      ref={form}
      className={styles['add']}
      onSubmit={(event) => {
        event.preventDefault();
        if (!busy) void add();
      }}
    >
      <Field
        label={text('peers.targets.host')}
        hint={text('peers.targets.host.hint')}
        error={problem === 'host' || problem === 'known' ? text(`peers.targets.wrong.${problem}`) : undefined}
      >
        <TextInput
          ref={first}
          mono
          value={input.host}
          onChange={(host) => type({ host })}
          onBlur={() => setInput(splitInput(input))}
        />
      </Field>
      <Field
        label={text('peers.targets.ports')}
        hint={text('peers.targets.ports.hint')}
        error={problem === 'ports' ? text('peers.targets.wrong.ports') : undefined}
      >
        <TextInput mono maxLength={11} value={input.ports} onChange={(ports) => type({ ports })} />
      </Field>
      <Select
        label={text('peers.targets.kind')}
        value={input.kind}
        options={KINDS.map((value) => ({ value, label: text(`peers.targets.kind.${value}`) }))}
        onChange={(kind) => type({ kind })}
      />
      <Select
        label={text('peers.rights.end')}
        value={end}
        options={ENDS.map((value) => ({ value, label: text(`peers.rights.end.${value}`) }))}
        onChange={setEnd}
      />
      <div className={styles['buttons']}>
        <Button type="submit" size="small" busy={busy}>
          {text('peers.targets.add')}
        </Button>
        <Button size="small" variant="quiet" onClick={onClose}>
          {text(hasAdded ? 'ui.done' : 'ui.cancel')}
        </Button>
      </div>
    </form>
  );
}

/** Splits `host:ports` that the person typed or pasted into the host's field. */
function splitInput(input: TargetInput): TargetInput {
  const { host, ports } = splitTarget(input.host);
  return ports === undefined ? input : { ...input, host, ports };
}
