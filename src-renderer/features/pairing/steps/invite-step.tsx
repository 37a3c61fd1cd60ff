import type { ReactElement } from 'react';
import { text } from '../../../locale/index.ts';
import { useApp } from '../../../store/index.ts';
import { Button, CopyButton, Countdown, Spinner, Switch, Tabs, TextArea } from '../../../ui/index.ts';
import type { InvitationForm, PairingStep } from '../pairing-flow.ts';
import styles from '../pairing.module.css';
import { PinText } from '../relay/pin-text.tsx';
import { PairingErrorNotice } from './pairing-error-notice.tsx';
import { ProgressSteps } from './progress-steps.tsx';
import { QrCode } from '../qr/qr-code.tsx';
import { useFocusOnMount, useFocusWhenLost } from './use-focus.ts';
import { hasRelay, type PairingControl } from '../use-pairing-flow.ts';

/** Steps in which an invitation is created, shown, expired or failed. */
export type InviteSteps = Extract<PairingStep, { form: InvitationForm }>;

/**
 * Step of the inviter: shows the code with the relay and its pin, or the link with its QR code, the remaining time and the progress, until the other
 * machine has joined. Tabs choose code or link, which creates another invitation; a switch lets the other machine open terminals here without asking
 * (granted after the words are confirmed). Buttons copy the code, the pin or the link to the clipboard, and renew an expired invitation. Shows the
 * error of a failed one with its next steps.
 */
export function InviteStep({ control, step }: Readonly<{ control: PairingControl; step: InviteSteps }>): ReactElement {
  const { flow, state } = control;
  if (step.at === 'waiting' && step.progress !== undefined) return <ProgressSteps progress={step.progress} />;
  return (
    <div className={styles['stack']}>
      <Tabs
        label={text('pairing.invite.forms')}
        value={step.form}
        items={[
          { value: 'code', label: text('pairing.invite.form.code') },
          { value: 'link', label: text('pairing.invite.form.link') },
        ]}
        onChange={(form) => flow.invite(hasRelay(), form)}
      >
        <InvitationPanel control={control} step={step} />
      </Tabs>
      <Switch
        label={text('pairing.allow')}
        description={text(state.allow ? 'pairing.allow.on' : 'pairing.allow.off')}
        checked={state.allow}
        onChange={(allow) => flow.setAllow(allow)}
      />
    </div>
  );
}

function InvitationPanel({
  control: { flow },
  step,
}: Readonly<{ control: PairingControl; step: InviteSteps }>): ReactElement {
  const { form } = step;
  switch (step.at) {
    case 'preparing':
      return (
        <div className={styles['panel']} data-form={form}>
          <p className={styles['busy']}>
            <Spinner label={text('ui.busy')} />
            {text(`pairing.invite.preparing.${form}`)}
          </p>
        </div>
      );
    case 'waiting':
      return (
        <div className={styles['panel']} data-form={form}>
          {step.invitation.link === null ? (
            <CodePanel code={step.invitation.code ?? ''} />
          ) : (
            <LinkPanel link={step.invitation.link} />
          )}
          <p className={styles['waiting']}>
            <Spinner label={text('ui.busy')} />
            {text('pairing.invite.waiting')}
            <Countdown until={step.invitation.expiresAt} onEnd={() => flow.expire()} />
          </p>
          {step.invitation.link === null && (
            <RelayOfCode pin={step.invitation.pin} address={step.invitation.addresses[0]} />
          )}
        </div>
      );
    case 'expired':
      return <ExpiredPanel form={form} onRenew={() => flow.invite(hasRelay(), form)} />;
    case 'failed':
      return (
        <div className={styles['panel']} data-form={form}>
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

function CodePanel({ code }: Readonly<{ code: string }>): ReactElement {
  const first = useFocusOnMount<HTMLDivElement>();
  return (
    <>
      <p className={styles['lead']}>{text('pairing.invite.code.text')}</p>
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
      <CopyButton size="medium" value={code} label={text('pairing.invite.code.copy')} />
    </>
  );
}

function LinkPanel({ link }: Readonly<{ link: string }>): ReactElement {
  return (
    <>
      <p className={styles['lead']}>{text('pairing.invite.link.text')}</p>
      <QrCode value={link} label={text('pairing.invite.qr')} />
      <TextArea
        readOnly
        mono
        rows={3}
        className={styles['link']}
        aria-label={text('pairing.invite.link')}
        value={link}
        onChange={() => undefined}
        onFocus={(event) => event.currentTarget.select()}
      />
      <CopyButton size="medium" value={link} label={text('pairing.invite.link.copy')} />
    </>
  );
}

/** Shows the relay beside a code, or this machine's address if there is none. A code doesn't contain its relay, so the person at the other machine has to enter and trust the same one. */
function RelayOfCode({
  pin,
  address,
}: Readonly<{ pin: string | null; address: string | undefined }>): ReactElement | null {
  const url = useApp(({ status }) => status?.relay.url ?? null);
  if (url === null)
    return (
      <div className={styles['relay-of-code']}>
        <p>{text('pairing.invite.here', { address: address ?? '' })}</p>
      </div>
    );
  return (
    <div className={styles['relay-of-code']}>
      <p>{text('pairing.invite.relay', { url })}</p>
      {pin !== null && (
        <div className={styles['pin']}>
          <p>
            <strong>{text('pairing.invite.pin')}</strong> {text('pairing.invite.pin.text')}
          </p>
          <PinText pin={pin} />
          <CopyButton value={pin} label={text('pairing.invite.pin.copy')} />
        </div>
      )}
    </div>
  );
}

function ExpiredPanel({ form, onRenew }: Readonly<{ form: InvitationForm; onRenew: () => void }>): ReactElement {
  const renew = useFocusWhenLost<HTMLButtonElement>();
  return (
    <div className={styles['panel']} data-form={form}>
      <p className={styles['expired']}>{text(`pairing.invite.expired.${form}`)}</p>
      <p className={styles['lead']}>{text('pairing.invite.expired.text')}</p>
      <Button ref={renew} variant="primary" onClick={onRenew}>
        {text(`pairing.invite.new.${form}`)}
      </Button>
    </div>
  );
}
