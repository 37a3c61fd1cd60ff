import { X } from 'lucide-react';
import { useRef, useState, type ReactElement } from 'react';
import type { TargetPattern } from '#shared/app-api/index.ts';
import { joinList, text } from '../../../locale/index.ts';
import {
  Button,
  Field,
  IconButton,
  Mono,
  Select,
  TextInput,
  browserClock,
  UntrustedText,
  formatMoment,
  useNow,
} from '../../../ui/index.ts';
import { resolveEnd, type RightEnd } from './right-ends.ts';
import styles from './allowed-targets.module.css';
import { readTarget, splitTarget, type TargetInput, type TargetProblem } from './target-patterns.ts';

const KINDS = ['connect', 'listen'] as const;
const ENDS: readonly RightEnd[] = ['never', 'hour', 'eight-hours', 'tomorrow'];
const EMPTY: TargetInput = { kind: 'connect', host: '', ports: '' };

export type AllowedTargetsProps = Readonly<{
  /** Allowed targets; undefined before they are loaded. */
  targets: readonly TargetPattern[] | undefined;
  onChange(targets: readonly TargetPattern[]): void;
}>;

/**
 * Edits the list of targets that a peer may connect to or listen on without asking: adds typed ones, each with an end, removes others, and explains a
 * target that can't be used. The permissions dialog saves the list.
 */
export function AllowedTargets({ targets, onChange }: AllowedTargetsProps): ReactElement {
  const now = useNow();
  const first = useRef<HTMLInputElement>(null);
  const [input, setInput] = useState(EMPTY);
  const [end, setEnd] = useState<RightEnd>('never');
  const [problem, setProblem] = useState<TargetProblem>();
  const known = targets ?? [];

  const type = (fields: Partial<TargetInput>): void => {
    setInput((before) => ({ ...before, ...fields }));
    setProblem(undefined);
  };
  const add = (): void => {
    const typed = splitInput(input);
    setInput(typed);
    const until = resolveEnd(end, '', browserClock.now());
    const read = readTarget(typed, until.kind === 'end' ? until.expiresAt : null, known);
    first.current?.focus();
    if ('problem' in read) {
      setProblem(read.problem);
      return;
    }
    onChange([...known, read.pattern]);
    setInput({ ...EMPTY, kind: typed.kind });
  };

  return (
    <div className={styles['targets']} role="group" aria-label={text('peers.targets')}>
      <p className={styles['title']}>{text('peers.targets')}</p>
      <p className={styles['about']}>{text('peers.targets.about')}</p>
      {known.length === 0 ? (
        <p className={styles['about']}>{text('peers.targets.none')}</p>
      ) : (
        <ul className={styles['list']}>
          {known.map((target) => {
            const words = targetText(target);
            const bound = limitText(target);
            return (
              <li key={`${target.kind} ${words} ${bound}`} className={styles['target']}>
                <span className={styles['words']}>
                  {target.kind === 'listen' && <span>{text('peers.targets.kind.listen')} </span>}
                  <Mono>
                    <UntrustedText>{words}</UntrustedText>
                  </Mono>
                  {bound !== '' && <span className={styles['until']}> {bound}</span>}
                  {target.expiresAt !== null && (
                    <span className={styles['until']}>
                      {' '}
                      {text('peers.targets.until', { until: formatMoment(target.expiresAt, now) })}
                    </span>
                  )}
                </span>
                <IconButton
                  size="small"
                  label={text('peers.targets.remove', { target: words })}
                  icon={<X aria-hidden="true" />}
                  onClick={() => {
                    onChange(known.filter((other) => other !== target));
                    first.current?.focus();
                  }}
                />
              </li>
            );
          })}
        </ul>
      )}
      <div className={styles['add']}>
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
            onKeyDown={(event) => {
              // Enter adds the target and doesn't submit the dialog.
              if (event.key !== 'Enter') return;
              event.preventDefault();
              add();
            }}
          />
        </Field>
        <Field
          label={text('peers.targets.ports')}
          hint={text('peers.targets.ports.hint')}
          error={problem === 'ports' ? text('peers.targets.wrong.ports') : undefined}
        >
          <TextInput
            mono
            maxLength={11}
            value={input.ports}
            onChange={(ports) => type({ ports })}
            onKeyDown={(event) => {
              if (event.key !== 'Enter') return;
              event.preventDefault();
              add();
            }}
          />
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
        <Button className={styles['button']} disabled={targets === undefined} onClick={add}>
          {text('peers.targets.add')}
        </Button>
      </div>
    </div>
  );
}

/** Splits `host:ports` that the person typed or pasted into the host's field. */
function splitInput(input: TargetInput): TargetInput {
  const { host, ports } = splitTarget(input.host);
  return ports === undefined ? input : { ...input, host, ports };
}

/** Formats a target as a person types it: `db.lan:5432`, with an IPv6 address in brackets. */
export function targetText({ kind, host, ports }: TargetPattern): string {
  const port = kind === 'listen' && ports === '0' ? text('peers.targets.free-port') : ports;
  return host.includes(':') ? `[${host}]:${port}` : `${host}:${port}`;
}

/** Describes the protocol and addresses that an approval limited a target to; empty for typed targets. */
function limitText({ protocol, at }: TargetPattern): string {
  const addresses = (at ?? []).map((address) => (address === 'public' ? text('peers.targets.public') : address));
  return [
    protocol?.toUpperCase() ?? '',
    addresses.length === 0 ? '' : text('peers.targets.at', { places: joinList(addresses) }),
  ]
    .filter(Boolean)
    .join(', ');
}
