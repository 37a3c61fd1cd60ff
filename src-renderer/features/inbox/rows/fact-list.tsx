import type { ReactElement } from 'react';
import { groupPin, pinDigits } from '#shared/relay-dialer/index.ts';
import { NO_TERMINAL } from '#shared/terminal/index.ts';
import type { ApprovalFact } from '#shared/app-api/index.ts';
import { text } from '../../../locale/index.ts';
import { Mono } from '../../../ui/index.ts';
import { MarkedText } from './command-box.tsx';
import styles from './fact-list.module.css';

/**
 * Lists the facts of a request, each with its name and its whole value. Renders nothing without facts. Used by the card of a peer's request and by
 * the list of decided requests.
 */
export function FactList({ facts }: Readonly<{ facts: readonly ApprovalFact[] }>): ReactElement | null {
  const shown = facts.filter(({ fact, value }) => fact !== 'term' || value !== NO_TERMINAL);
  if (shown.length === 0) return null;
  return (
    <dl className={styles['facts']}>
      {shown.map(({ fact, value }) => (
        <div key={fact} className={styles['fact']}>
          <dt>{text(`approvals.fact.${fact}`)}</dt>
          <dd>
            <Mono>
              <MarkedText>{fact === 'pin' && pinDigits(value) !== undefined ? groupPin(value) : value}</MarkedText>
            </Mono>
          </dd>
        </div>
      ))}
    </dl>
  );
}
