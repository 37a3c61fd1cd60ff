import { useEffect, useId, useRef, type ReactElement, type ReactNode } from 'react';
import { explainCode, gapAfter, joinSentences, text } from '../../../locale/index.ts';
import { Button, CopyButton, Countdown, Mono, Spinner, TextArea } from '../../../ui/index.ts';
import type { Invitation as InvitationValue, InvitationForm, InvitationView, PairingState } from '../pairing-flow.ts';
import { QrCode } from '../qr/qr-code.tsx';
import { isNearOnly, useRelayElsewhere } from '../../relay-reach/index.ts';
import { PinText } from '../relay/pin-text.tsx';
import { PairingErrorNotice } from '../steps/pairing-error-notice.tsx';
import { useFocusOnMount, useFocusWhenLost } from '../steps/use-focus.ts';
import { hasRelay, type PairingControl } from '../use-pairing-flow.ts';
import styles from './home.module.css';

export type ShowCodeProps = Readonly<{
  control: PairingControl;
  /** True if the button that creates a code is the screen's primary one. */
  primary: boolean;
  /** True if machines of this network find this one, so that a code needs no address there. */
  isFound: boolean;
}>;

/**
 * Half of the pairing screen for the machine that invites. A button creates a code, another a link with its QR code; nothing is open before, and both
 * can be open at once. Shows the code with the address or relay that it needs, the remaining time and a button that copies, renews an invitation that
 * has ended, and shows the error of a failed one with its next steps.
 */
export function ShowCode({ control, primary, isFound }: ShowCodeProps): ReactElement {
  const id = useId();
  const { flow, state } = control;
  const { shown, besides } = state;
  const section = useRef<HTMLElement>(null);
  const at = shown?.at;
  // On a narrow screen the half lies below the edge.
  useEffect(() => {
    if (at === 'waiting') section.current?.scrollIntoView({ block: 'nearest' });
  }, [at]);
  const form = shown?.form ?? 'code';
  return (
    <section ref={section} className={styles['half']} aria-labelledby={id}>
      <h2 id={id} className={styles['heading']}>
        {text(form === 'code' ? 'pairing.show.title' : 'pairing.show.link')}
      </h2>
      {at !== 'over' && at !== 'failed' && <p className={styles['sub']}>{text(`pairing.show.text.${form}`)}</p>}
      {shown === undefined ? (
        <div className={styles['row']}>
          <Button variant={primary ? 'primary' : 'secondary'} onClick={() => flow.invite(hasRelay())}>
            {text('pairing.show.code')}
          </Button>
        </div>
      ) : (
        <div className={styles['invitation']} data-form={form}>
          <Invitation control={control} shown={shown} isFound={isFound} />
          {at !== 'preparing' && (
            <OtherForm
              form={form}
              besides={besides}
              replaces={shown.at === 'waiting' && shown.invitation.alone === true}
              onChoose={(other) => flow.invite(hasRelay(), other)}
            />
          )}
        </div>
      )}
    </section>
  );
}

type InvitationProps = Readonly<{ control: PairingControl; shown: InvitationView; isFound: boolean }>;

function Invitation({ control: { flow }, shown, isFound }: InvitationProps): ReactElement {
  const { form } = shown;
  switch (shown.at) {
    case 'preparing':
      return (
        <p className={styles['busy']}>
          <Spinner label={text('ui.busy')} />
          {text(`pairing.invite.preparing.${form}`)}
        </p>
      );
    case 'waiting':
      return <Waiting shown={shown} isFound={isFound} onEnd={() => flow.expire()} />;
    case 'over':
      return <Over shown={shown} onRenew={() => flow.invite(hasRelay(), form)} />;
    case 'failed':
      return (
        <PairingErrorNotice
          error={shown.error}
          side="invite"
          again={text(`pairing.invite.new.${form}`)}
          onNextStep={(next) => {
            if (next === 'relay') flow.askForRelay('invite', shown.error);
            else flow.invite(hasRelay(), next === 'link' ? 'link' : form);
          }}
        />
      );
  }
}

type WaitingProps = Readonly<{
  shown: Extract<InvitationView, { at: 'waiting' }>;
  isFound: boolean;
  onEnd: () => void;
}>;

function Waiting({ shown: { form, invitation }, isFound, onEnd }: WaitingProps): ReactElement {
  const { code, link, expiresAt, away, relay } = invitation;
  return (
    <>
      {link === null ? (
        <CodePanel code={code ?? ''}>
          <WorksOnce until={expiresAt} onEnd={onEnd} />
          <CopyButton variant="quiet" value={code ?? ''} label={text('pairing.invite.code.copy')} />
        </CodePanel>
      ) : (
        <LinkPanel link={link}>
          <WorksOnce until={expiresAt} onEnd={onEnd} />
          <CopyButton variant="quiet" value={link} label={text('pairing.invite.link.copy')} />
        </LinkPanel>
      )}
      <Away form={form} away={away} />
      {link === null ? (
        <NeedsOfCode invitation={invitation} isFound={isFound} />
      ) : (
        relay !== null && <Reach form={form} />
      )}
    </>
  );
}

type OtherFormProps = Readonly<{
  form: InvitationForm;
  besides: PairingState['besides'];
  /** True if the other form ends this one. */
  replaces: boolean;
  onChoose: (other: InvitationForm) => void;
}>;

/** Button that shows a link besides a code, or the other way round, and says whether the other one stays valid. It takes the focus that the button before it has lost. */
function OtherForm({ form, besides, replaces, onChoose }: OtherFormProps): ReactElement {
  const button = useFocusWhenLost<HTMLButtonElement>();
  return (
    <div>
      <Button
        ref={form === 'link' ? button : undefined}
        size="small"
        variant="quiet"
        className={styles['flush']}
        onClick={() => onChoose(form === 'code' ? 'link' : 'code')}
      >
        {text(
          form === 'code' ? 'pairing.show.link' : besides === undefined ? 'pairing.show.code' : 'pairing.show.back',
        )}
      </Button>
      {replaces && besides === undefined && <p className={styles['note']}>{text(`pairing.show.replaces.${form}`)}</p>}
      {besides !== undefined && (
        <p className={styles['note']}>
          {besides.form === 'code'
            ? text('pairing.show.besides.code', { code: besides.invitation.code ?? '' })
            : text('pairing.show.besides.link')}
        </p>
      )}
    </div>
  );
}

function WorksOnce({ until, onEnd }: Readonly<{ until: number; onEnd: () => void }>): ReactElement {
  return (
    <span className={styles['once']}>
      {text('pairing.show.once')}
      {gapAfter(text('pairing.show.once'))}
      <Countdown until={until} onEnd={onEnd} />
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

/** Fewest characters of a link in one line of its field, in a narrow window. */
const LINK_COLUMNS = 36;

function LinkPanel({ link, children }: Readonly<{ link: string; children: ReactNode }>): ReactElement {
  return (
    <>
      <QrCode value={link} label={text('pairing.invite.qr')} />
      <TextArea
        readOnly
        mono
        rows={Math.ceil(link.length / LINK_COLUMNS)}
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

/** Says that the relay can't be reached, or refuses this machine and what to do then, so that the invitation works in this network. */
function Away({ form, away }: AwayProps): ReactElement | null {
  if (away === undefined) return null;
  if (away.problem !== undefined) {
    const { what, next } = explainCode(away.problem, away.problem);
    return (
      <div role="status">
        <p className={styles['strong']}>{text(`pairing.invite.near.${form}`)}</p>
        <p className={styles['note']}>{joinSentences(what, next)}</p>
      </div>
    );
  }
  return (
    <div role="status">
      <p className={styles['strong']}>{text(`pairing.invite.away.${form}`)}</p>
      {away.returns && <p className={styles['note']}>{text('pairing.invite.away.later')}</p>}
    </div>
  );
}

/**
 * Shows what a code needs on the other machine: this machine's address, or the relay, which a code doesn't contain, so that the person has to enter and
 * trust the same one there.
 */
function NeedsOfCode({
  invitation: { pin, addresses, relay, away },
  isFound,
}: Readonly<{ invitation: InvitationValue; isFound: boolean }>): ReactElement {
  const { url, reach } = useRelayElsewhere();
  const here = addresses[0] !== undefined && <OwnAddress address={addresses[0]} isFound={isFound} />;
  if (url === null || relay === null || away !== undefined) return <>{here}</>;
  const isNear = isNearOnly(reach);
  return (
    <>
      {isNear && here !== false ? (
        here
      ) : (
        <p className={styles['note']}>{text(isNear ? 'pairing.invite.relay.here' : 'pairing.invite.relay', { url })}</p>
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

/** Address of this machine, and whether the other one needs it. */
function OwnAddress({ address, isFound }: Readonly<{ address: string; isFound: boolean }>): ReactElement {
  return (
    <div>
      <p className={styles['note']}>{text(isFound ? 'pairing.invite.here' : 'pairing.invite.here.needed')}</p>
      <p className={styles['address']}>
        <Mono>{address}</Mono>
        <CopyButton iconOnly value={address} label={text('pairing.invite.address.copy')} />
      </p>
    </div>
  );
}

/** Says from where an invitation by the relay can't be used, or that no one has tested it. */
function Reach({ form }: Readonly<{ form: InvitationForm }>): ReactElement | null {
  const { url, reach } = useRelayElsewhere();
  if (url === null || reach === 'anywhere') return null;
  return <p className={styles['note']}>{text(`pairing.invite.reach.${reach}.${form}`, { url })}</p>;
}

type OverProps = Readonly<{ shown: Extract<InvitationView, { at: 'over' }>; onRenew: () => void }>;

function Over({ shown: { form, why }, onRenew }: OverProps): ReactElement {
  const renew = useFocusWhenLost<HTMLButtonElement>();
  return (
    <>
      <div>
        <p className={styles['strong']}>{text(`pairing.invite.${why === 'time' ? 'expired' : 'over'}.${form}`)}</p>
        <p className={styles['sub']}>
          {text(why === 'time' ? 'pairing.invite.expired.text' : `pairing.invite.over.${why}`)}
        </p>
      </div>
      <div className={styles['row']}>
        <Button ref={renew} onClick={onRenew} variant={why === 'joined' ? 'secondary' : 'primary'}>
          {text(`pairing.invite.new.${form}`)}
        </Button>
      </div>
    </>
  );
}
