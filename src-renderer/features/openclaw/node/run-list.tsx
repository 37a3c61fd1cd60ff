import { useEffect, useId, useMemo, useState, type ReactElement } from 'react';
import type { GatewayRequestView, NodeRun } from '#shared/app-api/index.ts';
import { formatNumber, text } from '../../../locale/index.ts';
import { navigate, useApp, useCall } from '../../../store/index.ts';
import {
  Button,
  Chip,
  ErrorNotice,
  Mono,
  Ordered,
  OrderedRuns,
  formatMoment,
  quoteUntrusted,
  showHidden,
  useNow,
} from '../../../ui/index.ts';
import styles from './node.module.css';
import { mergeRuns, outcomeOf } from './runs.ts';

/** Number of runs shown at first, and added by each press of "Show more". */
const STEP = 5;

/**
 * List of the programs that gateways have run or requested on this machine: those that wait for a decision, then the others, newest first. A press on a
 * command shows all of it; a button makes the agent cancel a running one.
 */
export function RunList(): ReactElement {
  const id = useId();
  const latest = useApp((state) => state.nodeRuns);
  const { run: ask } = useCall('node.runs');
  const requests = useApp((state) => state.requests);
  const [earlier, setEarlier] = useState<readonly NodeRun[]>([]);
  const [limit, setLimit] = useState(STEP);
  useEffect(() => {
    void ask({}).then((answer) => {
      if (answer !== undefined) setEarlier(answer);
    });
  }, [ask]);
  const runs = useMemo(() => mergeRuns(latest, earlier), [latest, earlier]);
  const asking = requests.filter(({ kind }) => kind === 'run');
  return (
    <section aria-labelledby={id}>
      <h3 id={id} className={styles['column-title']}>
        {text('node.runs')}
      </h3>
      {runs.length + asking.length === 0 && <p className={styles['small']}>{text('node.runs.none')}</p>}
      {runs.length + asking.length > 0 && (
        <ul className={styles['runs']} aria-labelledby={id}>
          {asking.map((request) => (
            <AskingRow key={request.key} request={request} />
          ))}
          {runs.slice(0, limit).map((run) => (
            <RunRow key={run.id} run={run} />
          ))}
        </ul>
      )}
      {runs.length > limit && (
        <Button size="small" variant="quiet" onClick={() => setLimit(limit + STEP)}>
          {text('node.runs.more', { count: Math.min(STEP, runs.length - limit) })}
        </Button>
      )}
    </section>
  );
}

function RunRow({ run }: Readonly<{ run: NodeRun }>): ReactElement {
  const id = useId();
  const now = useNow();
  const [isOpen, setOpen] = useState(false);
  const cancel = useCall('node.cancel');
  const { command, outcome, startedAt, endedAt } = run;
  const { tone, word } = outcomeOf(run);
  const brief = [
    formatMoment(startedAt, now),
    run.directory === null ? '' : quoteUntrusted(run.directory),
    endedAt === null ? '' : text('node.run.lasted', { seconds: lastedText(endedAt - startedAt) }),
  ];
  const whole = [
    quoteUntrusted(run.gatewayName),
    run.agent === null ? '' : text('node.run.agent', { agent: showHidden(run.agent) }),
    run.outputLength === 0 ? '' : text('node.run.output', { count: run.outputLength }),
  ];
  return (
    <li className={styles['run']} data-run={run.id} data-outcome={outcome}>
      <div className={styles['run-line']}>
        <button
          type="button"
          className={styles['run-command']}
          data-whole={isOpen || undefined}
          aria-labelledby={`${id}-command`}
          aria-expanded={isOpen}
          aria-controls={id}
          onClick={() => setOpen(!isOpen)}
        >
          <span id={`${id}-command`}>
            <Mono>
              <Ordered>
                <OrderedRuns>{showHidden(command)}</OrderedRuns>
              </Ordered>
            </Mono>
          </span>
        </button>
        {tone === 'neutral' ? <span className={styles['detail']}>{word}</span> : <Chip tone={tone}>{word}</Chip>}
      </div>
      <p className={styles['detail']}>{brief.filter(Boolean).join(' · ')}</p>
      <p id={id} className={styles['detail']} hidden={!isOpen}>
        {whole.filter(Boolean).join(' · ')}
      </p>
      {outcome === 'running' && (
        <Button
          size="small"
          busy={cancel.busy}
          aria-label={text('node.run.cancel.of', { command: showHidden(command.slice(0, 80)) })}
          onClick={() => void cancel.run({ run: run.id })}
        >
          {text('node.run.cancel')}
        </Button>
      )}
      {cancel.error !== undefined && <ErrorNotice error={cancel.error} onDismiss={cancel.reset} />}
    </li>
  );
}

/** Program that waits for this person's decision. Its chip leads to the inbox. */
function AskingRow({ request }: Readonly<{ request: GatewayRequestView }>): ReactElement {
  const now = useNow();
  const { command, directory, requestedAt } = request;
  const brief = [formatMoment(requestedAt, now), directory === null ? '' : quoteUntrusted(directory)];
  return (
    <li className={styles['run']}>
      <div className={styles['run-line']}>
        <span className={styles['run-command']}>
          <Mono>
            <Ordered>
              <OrderedRuns>{showHidden(command ?? '')}</OrderedRuns>
            </Ordered>
          </Mono>
        </span>
        <Chip tone="warning" onClick={() => navigate({ page: 'inbox' })}>
          {text('node.run.asks')}
        </Chip>
      </div>
      <p className={styles['detail']}>{brief.filter(Boolean).join(' · ')}</p>
    </li>
  );
}

function lastedText(milliseconds: number): string {
  return formatNumber(Math.max(0, milliseconds) / 1000, { maximumFractionDigits: 1 });
}
