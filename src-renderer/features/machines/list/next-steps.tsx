import { ArrowLeftRight, Plus, SquareTerminal } from 'lucide-react';
import { useId, type ReactElement, type ReactNode } from 'react';
import { sortByUse } from '#shared/app-api/index.ts';
import { compareNames, text } from '../../../locale/index.ts';
import { openPairing, requestForward, requestTerminal, useApp, useIsWithout } from '../../../store/index.ts';
import { quoteUntrusted, Row, RowList } from '../../../ui/index.ts';
import styles from './next-steps.module.css';

/** Most machines below which the page says what can be done with them; a longer list fills the page. */
const FEW = 2;

/**
 * Says below a short list of machines what can be done next: a terminal and a forward on the machine that was used last, and another machine. Renders
 * nothing below a longer list. Leaves out machines that serve nothing, and forwards where the agent has none.
 */
export function NextSteps(): ReactElement | null {
  const id = useId();
  const peers = useApp((state) => state.peers);
  const hasNetwork = !useIsWithout('network');
  const hasForwards = !useIsWithout('forwards');
  if (peers.length === 0 || peers.length > FEW) return null;
  const [machine] = sortByUse(
    peers.filter(
      ({ browser, forgottenAt, suspendedSince }) =>
        browser === undefined && forgottenAt === undefined && suspendedSince === undefined,
    ),
    compareNames,
  );
  return (
    <section aria-labelledby={id} data-next-steps="">
      <h2 id={id} className={styles['heading']}>
        {text('machines.next')}
      </h2>
      <RowList label={text('machines.next')}>
        {machine !== undefined && (
          <>
            <Step
              icon={<SquareTerminal aria-hidden="true" />}
              title={text('machines.next.terminal', { name: quoteUntrusted(machine.name) })}
              detail={text('machines.next.terminal.text')}
              onOpen={() => requestTerminal(machine.peerId)}
            />
            {hasForwards && (
              <Step
                icon={<ArrowLeftRight aria-hidden="true" />}
                title={text('machines.next.forward', { name: quoteUntrusted(machine.name) })}
                detail={text('machines.next.forward.text')}
                onOpen={() => requestForward(machine.peerId)}
              />
            )}
          </>
        )}
        <Step
          icon={<Plus aria-hidden="true" />}
          title={text('machines.next.pair')}
          detail={text(hasNetwork ? 'machines.next.pair.text' : 'machines.next.pair.browser')}
          onOpen={() => openPairing('choose')}
        />
      </RowList>
    </section>
  );
}

function Step({
  icon,
  ...row
}: Readonly<{ icon: ReactNode; title: string; detail: string; onOpen(): void }>): ReactElement {
  return <Row lead={<span className={styles['icon']}>{icon}</span>} wraps {...row} />;
}
