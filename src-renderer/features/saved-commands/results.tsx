import { useState, type ReactElement } from 'react';
import { ClawReachError } from '#shared/errors.ts';
import { explain, formatUnit, joinSentences, text } from '../../locale/index.ts';
import { Chip, quoteUntrusted, showHidden, type Tone } from '../../ui/index.ts';
import { LineBox } from './line-box.tsx';
import styles from './saved-commands.module.css';
import type { MachineRun, OutputLine } from './saved-run.ts';

type ResultsProps = Readonly<{ line: string; runs: readonly MachineRun[]; isStopping: boolean }>;

/** Table with the state, exit code and time of a command on each machine, and its outputs. */
export function Results({ line, runs, isStopping }: ResultsProps): ReactElement {
  const ended = runs.filter(({ state }) => state === 'ended').length;
  return (
    <div className={styles['results']}>
      <LineBox label={text('saved.line')} line={line} />
      <p className={styles['summary']} role="status">
        {ended === runs.length
          ? overText(runs)
          : text(isStopping ? 'saved.results.stopping' : 'saved.results.progress', { ended, count: runs.length })}
      </p>
      <table className={styles['table']}>
        <thead>
          <tr>
            <th scope="col">{text('saved.results.machine')}</th>
            <th scope="col">{text('saved.results.result')}</th>
            <th scope="col" className={styles['time']}>
              {text('saved.results.time')}
            </th>
          </tr>
        </thead>
        <tbody>
          {runs.map((run) => (
            <ResultRow key={run.peer.peerId} run={run} />
          ))}
        </tbody>
      </table>
      {runs.map((run) => (
        <Output key={run.peer.peerId} run={run} isAlone={runs.length === 1} />
      ))}
    </div>
  );
}

function overText(runs: readonly MachineRun[]): string {
  const count = runs.filter(({ result }) => result?.exitCode !== 0).length;
  return count === 0
    ? text('saved.results.well', { count: runs.length })
    : text('saved.results.not-everywhere', { count });
}

function ResultRow({ run }: Readonly<{ run: MachineRun }>): ReactElement {
  const { peer, result, isStopped } = run;
  const { tone, words } = stateOf(run);
  const code = isStopped ? null : (result?.code ?? null);
  return (
    <>
      <tr className={code === null ? undefined : styles['goes-on']}>
        <th scope="row">
          <bdi>{quoteUntrusted(peer.name)}</bdi>
        </th>
        <td>
          <Chip tone={tone}>{words}</Chip>
        </td>
        <td className={styles['time']}>
          {result !== undefined &&
            formatUnit(result.duration / 1000, 'second', { unitDisplay: 'narrow', maximumSignificantDigits: 2 })}
        </td>
      </tr>
      {code !== null && (
        <tr>
          <td colSpan={3} className={styles['why']}>
            {reasonOf(code, peer.name, result?.error)}
          </td>
        </tr>
      )}
    </>
  );
}

/** Returns why the command wasn't started or was lost there, with the next step. */
function reasonOf(code: string, name: string, error: unknown): string {
  const details = { ...(error instanceof ClawReachError && error.details), name: quoteUntrusted(name) };
  const { what, next } = explain(new ClawReachError(code, code, { details }));
  return joinSentences(what, next);
}

function stateOf({ state, result, isStopped }: MachineRun): Readonly<{ tone: Tone; words: string }> {
  if (state === 'approval') return { tone: 'warning', words: text('saved.state.approval') };
  if (state !== 'ended') return { tone: 'neutral', words: text(`saved.state.${state}`) };
  if (isStopped || result === undefined) return { tone: 'warning', words: text('saved.state.stopped') };
  if (result.code !== null) return { tone: 'bad', words: text('saved.state.failed') };
  if (result.signal !== null) return { tone: 'warning', words: showHidden(result.signal) };
  const code = result.exitCode ?? 0;
  return { tone: code === 0 ? 'good' : 'bad', words: text('saved.state.exit', { code }) };
}

/** Attributes of a scrolling region, which has to be focusable (WCAG 2.1.1). */
const SCROLLED = { tabIndex: 0 } as const;

/** Output on one machine, folded unless it is the only one. The characters of both outputs are visible, and change nothing around them. */
function Output({ run, isAlone }: Readonly<{ run: MachineRun; isAlone: boolean }>): ReactElement | null {
  const { peer, lines, leftOut, result } = run;
  const [isOpen, setOpen] = useState(isAlone);
  const name = quoteUntrusted(peer.name);
  const count = lines.length + leftOut;
  if (count === 0 && result?.code !== null) return null;
  if (count === 0) return <p className={styles['none']}>{text('saved.output.none', { name })}</p>;
  return (
    <details className={styles['output']} open={isOpen} onToggle={(event) => setOpen(event.currentTarget.open)}>
      <summary>{text('saved.output', { name, count })}</summary>
      {isOpen && (
        <>
          {leftOut > 0 && <p className={styles['none']}>{text('saved.output.left-out', { count: leftOut })}</p>}
          <div className={styles['lines']} role="group" aria-label={text('saved.output.of', { name })} {...SCROLLED}>
            {lines.map((line) => (
              <Line key={line.number} line={line} />
            ))}
          </div>
        </>
      )}
    </details>
  );
}

function Line({ line: { output, text: words } }: Readonly<{ line: OutputLine }>): ReactElement {
  return (
    <div className={styles[output]}>
      {output === 'stderr' && <span className="visually-hidden">{text('saved.output.stderr')} </span>}
      <bdi>{showHidden(words)}</bdi>
    </div>
  );
}
