import { useEffect, useId, useRef, type ReactElement, type ReactNode } from 'react';
import { text } from '../../../locale/index.ts';
import { Button, CopyButton, Countdown, Spinner, TextArea } from '../../../ui/index.ts';
import type { Invitation as InvitationValue, InvitationForm, PairingStep } from '../pairing-flow.ts';
import { QrCode } from '../qr/qr-code.tsx';
import { useRelayElsewhere } from '../relay/relay-reach.ts';
import { PinText } from '../relay/pin-text.tsx';
import { PairingErrorNotice } from '../steps/pairing-error-notice.tsx';
import { useFocusOnMount, useFocusWhenLost } from '../steps/use-focus.ts';
import { hasRelay, type PairingControl } from '../use-pairing-flow.ts';
import styles from './home.module.css';

/** Steps in which an invitation is created, shown, expired or failed. */
type InviteSteps = Extract<PairingStep, { form: InvitationForm }>;

export type ShowCodeProps = Readonly<{
  control: PairingControl;
  /** True if the button that creates a code is the screen's primary one. */
  primary: boolean;
}>;

/**
 * Half of the pairing screen for the machine that invites. A button creates a code, or a link with its QR code; nothing is open before. Shows the
 * code with the relay and its pin, the remaining time and a button that copies, renews an expired invitation, and shows the error of a failed one
 * with its next steps.
 */
export function ShowCode({ control, primary }: ShowCodeProps): ReactElement {
  const id = useId();
  const { flow, state } = control;
  const { step } = state;
  const section = useRef<HTMLElement>(null);
  const { at } = step;
  // On a narrow screen the half lies below the edge.
  useEffect(() => {
    if (at === 'waiting') section.current?.scrollIntoView({ block: 'nearest' });
  }, [at]);
  return (
    <section ref={section} className={styles['half']} aria-labelledby={id}>
      <h2 id={id} className={styles['heading']}>
        {text('pairing.show.title')}
      </h2>
      <p className={styles['sub']}>{text('pairing.show.text')}</p>
      {'form' in step ? (
        <Invitation control={control} step={step} />
      ) : (
        <div className={styles['row']}>
          <Button variant={primary ? 'primary' : 'secondary'} onClick={() => flow.invite(hasRelay())}>
            {text('pairing.show.code')}
          </Button>
        </div>
      )}
    </section>
  );
}

function Invitation({
  control: { flow },
  step,
}: Readonly<{ control: PairingControl; step: InviteSteps }>): ReactElement {
  const { form } = step;
  switch (step.at) {
    case 'preparing':
      return (
        <p className={styles['busy']} data-form={form}>
          <Spinner label={text('ui.busy')} />
          {text(`pairing.invite.preparing.${form}`)}
        </p>
      );
    case 'waiting':
      return (
        <div className={styles['invitation']} data-form={form}>
          {step.invitation.link === null ? (
            <CodePanel code={step.invitation.code ?? ''}>
              <WorksOnce until={step.invitation.expiresAt} onEnd={() => flow.expire()} />
              <CopyButton variant="quiet" value={step.invitation.code ?? ''} label={text('pairing.invite.code.copy')} />
            </CodePanel>
          ) : (
            <LinkPanel link={step.invitation.link}>
              <WorksOnce until={step.invitation.expiresAt} onEnd={() => flow.expire()} />
              <CopyButton variant="quiet" value={step.invitation.link} label={text('pairing.invite.link.copy')} />
            </LinkPanel>
          )}
          <div className={styles['row']}>
            <OtherForm form={form} onChoose={(other) => flow.invite(hasRelay(), other)} />
          </div>
          <Away form={form} away={step.invitation.away} />
          {step.invitation.link === null ? (
            <RelayOfCode
              pin={step.invitation.pin}
              address={step.invitation.addresses[0]}
              isAway={step.invitation.away !== undefined}
            />
          ) : (
            step.invitation.relay !== null && <Reach form={form} />
          )}
        </div>
      );
    case 'expired':
      return <Expired form={form} onRenew={() => flow.invite(hasRelay(), form)} />;
    case 'failed':
      return (
        <div data-form={form}>
          <PairingErrorNotice
            error={step.error}
            side="invite"
            again={text(`pairing.invite.new.${form}`)}
            onNextStep={(next) => {
              if (next === 'relay') flow.askForRelay('invite', step.error);
              else flow.invite(hasRelay(), next === 'link' ? 'link' : form);
            }}
          />
        </div>
      );
  }
}

type OtherFormProps = Readonly<{ form: InvitationForm; onChoose: (other: InvitationForm) => void }>;

/** Button that makes a link of a code, or the other way round. It takes the focus that the button before it has lost. */
function OtherForm({ form, onChoose }: OtherFormProps): ReactElement {
  const button = useFocusWhenLost<HTMLButtonElement>();
  return (
    <Button
      ref={form === 'link' ? button : undefined}
      size="small"
      variant="quiet"
      className={styles['flush']}
      onClick={() => onChoose(form === 'code' ? 'link' : 'code')}
    >
      {text(form === 'code' ? 'pairing.show.link' : 'pairing.show.code')}
    </Button>
  );
}

function WorksOnce({ until, onEnd }: Readonly<{ until: number; onEnd: () => void }>): ReactElement {
  return (
    <span className={styles['once']}>
      {text('pairing.show.once')} <Countdown until={until} onEnd={onEnd} />
    </span>
  );
}

function CodePanel({ code, children }: Readonly<{ code: string; children: ReactNode }>): ReactElement {
  const first = useFocusOnMount<HTMLDivElement>();
  return (
    <>
      <div
        ref={first}
        tabIndex={-1}
        role="group"
        className={styles['code']}
        aria-label={text('pairing.invite.code.spoken', { code: [...code].join(' ') })}
        data-code={code}
      >
        {code}
      </div>
      <div className={styles['row']}>{children}</div>
    </>
  );
}

function LinkPanel({ link, children }: Readonly<{ link: string; children: ReactNode }>): ReactElement {
  return (
    <>
      <QrCode value={link} label={text('pairing.invite.qr')} />
      <TextArea
        readOnly
        mono
        rows={2}
        className={styles['link']}
        aria-label={text('pairing.invite.link')}
        value={link}
        onChange={() => undefined}
        onFocus={(event) => event.currentTarget.select()}
      />
      <p className={styles['note']}>{text('pairing.invite.link.text')}</p>
      <div className={styles['row']}>{children}</div>
    </>
  );
}

type AwayProps = Readonly<{ form: InvitationForm; away: InvitationValue['away'] }>;

/** Says that the relay can't be reached, so that the invitation works in this network. */
function Away({ form, away }: AwayProps): ReactElement | null {
  if (away === undefined) return null;
  return (
    <div role="status">
      <p className={styles['strong']}>{text(`pairing.invite.away.${form}`)}</p>
      {away.returns && <p className={styles['note']}>{text('pairing.invite.away.later')}</p>}
    </div>
  );
}

/**
 * Shows the relay beside a code, or this machine's address if there is none. A code doesn't contain its relay, so the person at the other machine has
 * to enter and trust the same one.
 */
function RelayOfCode({
  pin,
  address,
  isAway,
}: Readonly<{ pin: string | null; address: string | undefined; isAway: boolean }>): ReactElement {
  const { url, reach } = useRelayElsewhere();
  const here = <p className={styles['note']}>{text('pairing.invite.here', { address: address ?? '' })}</p>;
  if (url === null || isAway) return here;
  return (
    <>
      {reach === 'network' && address !== undefined ? (
        here
      ) : (
        <p className={styles['note']}>
          {text(reach === 'network' ? 'pairing.invite.relay.here' : 'pairing.invite.relay', { url })}
        </p>
      )}
      <Reach form="code" />
      {pin !== null && (
        <details className={styles['pin']}>
          <summary>{text('pairing.invite.pin')}</summary>
          <div className={styles['pin-parts']}>
            <p className={styles['note']}>{text('pairing.invite.pin.text')}</p>
            <PinText pin={pin} />
            <CopyButton variant="quiet" value={pin} label={text('pairing.invite.pin.copy')} />
          </div>
        </details>
      )}
    </>
  );
}

/** Says from where an invitation by the relay can't be used, or that no one has tested it. */
function Reach({ form }: Readonly<{ form: InvitationForm }>): ReactElement | null {
  const { url, reach } = useRelayElsewhere();
  if (url === null || reach === 'anywhere') return null;
  return <p className={styles['note']}>{text(`pairing.invite.reach.${reach}.${form}`, { url })}</p>;
}

function Expired({ form, onRenew }: Readonly<{ form: InvitationForm; onRenew: () => void }>): ReactElement {
  const renew = useFocusWhenLost<HTMLButtonElement>();
  return (
    <div className={styles['invitation']} data-form={form}>
      <p className={styles['strong']}>{text(`pairing.invite.expired.${form}`)}</p>
      <p className={styles['sub']}>{text('pairing.invite.expired.text')}</p>
      <div className={styles['row']}>
        <Button ref={renew} variant="primary" onClick={onRenew}>
          {text(`pairing.invite.new.${form}`)}
        </Button>
      </div>
    </div>
  );
}
