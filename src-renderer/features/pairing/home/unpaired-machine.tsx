import { useId, type ReactElement } from 'react';
import { text } from '../../../locale/index.ts';
import { openPairing, useIsWithout, type UnpairedMachine } from '../../../store/index.ts';
import { Button, CopyButton, Mono, Prose, quoteUntrusted } from '../../../ui/index.ts';
import { PagePromise } from '../page-promise.tsx';
import { usePairingFlow } from '../use-pairing-flow.ts';
import { EnterCode } from './enter-code.tsx';
import styles from './home.module.css';
import { StepHeading } from './step-heading.tsx';
import page from './unpaired-machine.module.css';

/** Command that shows a code at a machine without a window. */
const COMMAND = 'clawreach pair';

/**
 * Page of a machine of a project that this browser isn't paired with: what to do there, the field for its code, and whom to ask instead. Only this pairing is
 * offered; a button leads to the other ways.
 */
export function UnpairedMachinePage({ machine }: Readonly<{ machine: UnpairedMachine }>): ReactElement {
  const control = usePairingFlow();
  const name = quoteUntrusted(machine.name);
  // Without accounts, no one else can be asked: the code is the only way.
  const hasAccounts = !useIsWithout('accounts');
  return (
    <div className={page['page']}>
      <header>
        <h1 className={page['title']}>{text('unpaired.title', { name })}</h1>
        <p className={page['lead']}>{text('unpaired.text', { name })}</p>
      </header>
      <div className={styles['home']}>
        <div className={styles['duo']}>
          <RunPair heading={text('unpaired.run', { name })} />
          <EnterCode control={control} from={{ address: '', host: name, name, inviting: false }} />
        </div>
        {hasAccounts && machine.isSearched !== true && <Ask machine={machine} />}
        {hasAccounts && (
          <div className={styles['others']}>
            <Button variant="quiet" size="small" onClick={() => openPairing('choose')}>
              {text('pairing.other-ways')}
            </Button>
          </div>
        )}
        <PagePromise />
      </div>
    </div>
  );
}

/** First step of pairing a browser by code: the command that shows one at the machine, or the button of its window. */
export function RunPair({ heading }: Readonly<{ heading: string }>): ReactElement {
  const id = useId();
  return (
    <section className={styles['half']} aria-labelledby={id}>
      <StepHeading id={id} number={1}>
        {heading}
      </StepHeading>
      <p className={styles['address']}>
        <Mono>{COMMAND}</Mono>
        <CopyButton iconOnly value={COMMAND} />
      </p>
      <p className={styles['sub']}>{text('unpaired.run.window', { button: text('pairing.show.code') })}</p>
    </section>
  );
}

/** Row that asks instead of entering a code: the person's own machines, or the owner of the project. */
function Ask({ machine: { owner } }: Readonly<{ machine: UnpairedMachine }>): ReactElement {
  return (
    <div className={styles['relay']}>
      <div className={styles['relay-words']}>
        <p className={styles['strong']}>
          {owner === undefined ? text('unpaired.ask') : text('unpaired.ask.of', { owner: quoteUntrusted(owner) })}
        </p>
        <p className={styles['sub']}>
          <Prose>
            {owner === undefined
              ? text('unpaired.ask.text')
              : text('unpaired.ask.of.text', { owner: quoteUntrusted(owner) })}
          </Prose>
        </p>
      </div>
      <div>
        {owner === undefined ? (
          <Button size="small" onClick={() => openPairing('ask-own')}>
            {text('adding.request')}
          </Button>
        ) : (
          <Button size="small" onClick={() => openPairing('wait')}>
            {text('unpaired.ask.of.button', { owner: quoteUntrusted(owner) })}
          </Button>
        )}
      </div>
    </div>
  );
}
