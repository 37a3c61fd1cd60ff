import { useEffect, useState, type ReactElement, type ReactNode } from 'react';
import type { TransferFailure, TransferView } from '#shared/app-api/index.ts';
import { isOver } from '#shared/files/index.ts';
import { explainCode, joinSentences, text } from '../../../locale/index.ts';
import { useApi } from '../../../store/index.ts';
import { formatMoment, Mono, UntrustedText, useNow } from '../../../ui/index.ts';
import { amountTexts } from '../transfer-text.ts';
import styles from './transfers.module.css';

/** Missing files that are listed. */
const SHOWN_FAILURES = 20;

/** Details of a transfer below its row: times, contents, folder, what changed or was renamed, the reason of a failure with the next step, and missing files. */
export function TransferDetails({ transfer }: Readonly<{ transfer: TransferView }>): ReactElement {
  const now = useNow();
  const { state, direction, code, folder, entries, files, changed, renamed, leftOut, failed, agent } = transfer;
  const failures = useFailures(transfer);
  const reason = code === null || state === 'done' ? undefined : explainCode(code, code);
  const folders = entries === null || files.of === null ? 0 : entries - files.of;
  const count = (number: number): string => text('transfers.fact.count', { count: number });
  return (
    <li className={styles['details']}>
      {reason !== undefined && state !== 'cancelled' && (
        <p className={styles['reason']}>{joinSentences(reason.what, reason.why, reason.next)}</p>
      )}
      <dl className={styles['list-of-facts']}>
        <Fact name={text('transfers.fact.started')}>{formatMoment(transfer.startedAt, now)}</Fact>
        {isOver(state) && <Fact name={text('transfers.fact.ended')}>{formatMoment(transfer.since, now)}</Fact>}
        {amountTexts(transfer).length > 0 && (
          <Fact name={text('transfers.fact.contents')}>
            {[...amountTexts(transfer), folders > 0 && text('transfers.fact.folders', { count: folders })]
              .filter(Boolean)
              .join(' · ')}
          </Fact>
        )}
        {folder !== null && (
          <Fact name={text(`transfers.fact.folder.${direction}`)}>
            <Mono>
              <UntrustedText>{folder}</UntrustedText>
            </Mono>
          </Fact>
        )}
        {changed > 0 && <Fact name={text('transfers.fact.changed')}>{count(changed)}</Fact>}
        {renamed > 0 && (
          <Fact name={text(direction === 'in' ? 'transfers.fact.renamed.in' : 'transfers.fact.renamed')}>
            {count(renamed)}
          </Fact>
        )}
        {agent !== null && <Fact name={text('transfers.fact.agent')}>{agent}</Fact>}
        {leftOut > 0 && (
          <Fact name={text('transfers.fact.left-out')}>
            {text(agent === null ? 'transfers.fact.left-out.text' : 'transfers.fact.left-out.agent', {
              count: leftOut,
            })}
          </Fact>
        )}
        {failed > 0 && failures !== undefined && failures.length > 0 && (
          <Fact name={text('transfers.missing')}>
            <ul className={styles['missing']}>
              {failures.slice(0, SHOWN_FAILURES).map(({ path, code: why }) => (
                <li key={path}>
                  <Mono>
                    <UntrustedText>{path}</UntrustedText>
                  </Mono>{' '}
                  <span className={styles['why']}>{explainCode(why, why).what}</span>
                </li>
              ))}
              {failed > Math.min(SHOWN_FAILURES, failures.length) && (
                <li className={styles['why']}>
                  {text('transfers.missing.more', { count: failed - Math.min(SHOWN_FAILURES, failures.length) })}
                </li>
              )}
            </ul>
          </Fact>
        )}
      </dl>
    </li>
  );
}

function Fact({ name, children }: Readonly<{ name: string; children: ReactNode }>): ReactElement {
  return (
    <div className={styles['fact']}>
      <dt>{name}</dt>
      <dd>{children}</dd>
    </div>
  );
}

/** Returns the files that are missing; undefined before they are loaded, and if there are none. */
function useFailures({ id, failed }: TransferView): readonly TransferFailure[] | undefined {
  const api = useApi();
  const [failures, setFailures] = useState<readonly TransferFailure[]>();
  useEffect(() => {
    if (failed === 0) return undefined;
    let isGone = false;
    api.call('transfers.get', { id }).then(
      (answer) => {
        if (!isGone) setFailures(answer.failures);
      },
      // Then the number alone is shown.
      () => undefined,
    );
    return () => {
      isGone = true;
    };
  }, [api, id, failed]);
  return failures;
}
