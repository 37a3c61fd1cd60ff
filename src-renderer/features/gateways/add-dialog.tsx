import { ArrowLeft, FileUp, Search, TriangleAlert } from 'lucide-react';
import { useEffect, useId, useRef, useState, type ReactElement } from 'react';
import type { FoundGateway, GatewayDraft, GatewayProbe } from '#shared/app-api/index.ts';
import { endpointAuthority } from '#shared/gateway/index.ts';
import { text } from '../../i18n/index.ts';
import { applyGateway, notify, useApp, useCall } from '../../store/index.ts';
import { Button, Dialog, ErrorNotice, Field, Spinner, TextArea } from '../../ui/index.ts';
import { ForeignText, formatMoment, quoteForeign, useNow } from '../peers/index.ts';
import {
  checkForm,
  emptyForm,
  endpointOf,
  formOfDraft,
  formOfFound,
  secretsOf,
  settingsOf,
  settle,
  touchedBy,
  type Form,
  type FormField,
} from './draft.ts';
import { FirstSight } from './fingerprint-dialog.tsx';
import { Fingerprint } from './fingerprint-view.tsx';
import { tryFingerprint } from './fingerprint.ts';
import fingerprintStyles from './fingerprint.module.css';
import { GatewayFields } from './gateway-fields.tsx';
import styles from './gateway-form.module.css';
import { ProbeProblem } from './probe-problem.tsx';
import { otherNodeOf } from './standing.ts';
import { untilCertificate } from './until-certificate.ts';

export type AddDialogProps = Readonly<{
  /** What was pasted or followed already; filled in, never acted on by itself. */
  given?: string;
  onClose(): void;
}>;

type Step =
  | Readonly<{ kind: 'source' }>
  | Readonly<{ kind: 'form' }>
  /** Seen at the gateway, trusted by nobody yet. */
  | Readonly<{ kind: 'first-sight'; fingerprint: string }>
  /** Another one than the text or the person said it would be. */
  | Readonly<{ kind: 'mismatch'; expected: string; shown: string }>;

const ALL = 'all';
/** Bytes of a file that is read; the agent takes no more characters. */
const MOST = 65_536;

/** From whatever somebody has of a gateway to a connection, with a look at the certificate between: nothing is sent before. */
export function AddDialog({ given = '', onClose }: AddDialogProps): ReactElement {
  const form = useId();
  const read = useCall('gateways.read');
  const probe = useCall('gateways.probe');
  const add = useCall('gateways.add');
  const trust = useCall('gateways.trust');
  const gateways = useApp((state) => state.gateways);
  const device = useApp((state) => state.status?.device.name ?? '');
  const names = gateways.map(({ settings }) => settings.name);
  const [pasted, setPasted] = useState(given);
  const [fields, setFields] = useState<Form>(() => emptyForm(device));
  const [draft, setDraft] = useState<GatewayDraft>();
  const [announced, setAnnounced] = useState<string | null>(null);
  const [touched, setTouched] = useState<ReadonlySet<FormField | typeof ALL>>(new Set());
  const [step, setStep] = useState<Step>({ kind: 'source' });
  const [seen, setSeen] = useState<GatewayProbe>();
  const body = useRef<HTMLFormElement>(null);
  const problems = checkForm(fields, names);
  const kept = keptOf(draft);
  const now = useNow();
  const setupUntil = draft?.setupExpiresAt ?? null;
  const problem = seen?.problem ?? null;
  const isBusy = probe.busy || add.busy || trust.busy;
  useFocusFirst(step.kind, body);

  const begin = (next: Form, from: GatewayDraft | undefined, said: string | null = null): void => {
    setFields(next);
    setDraft(from);
    setAnnounced(said);
    setTouched(new Set());
    setSeen(undefined);
    setStep({ kind: 'form' });
  };
  const readText = async (): Promise<void> => {
    if (read.busy || pasted.trim() === '') return;
    const answer = await read.run({ text: pasted });
    if (answer !== undefined) begin(formOfDraft(answer, device, names), answer);
  };
  const edit = (changed: Partial<Form>): void => {
    setFields((before) => ({ ...before, ...changed }));
    setTouched((before) => new Set([...before, ...touchedBy(changed)]));
    setSeen(undefined);
    probe.reset();
    add.reset();
  };
  const save = async (pin: string | null, once: string | null): Promise<void> => {
    const settings = settingsOf(fields);
    if (settings === undefined) return;
    const gateway = await add.run({
      settings: { ...settings, fingerprint: pin },
      ...secretsOf(fields),
      ...(draft === undefined ? {} : { draft: draft.draft }),
    });
    if (gateway === undefined) {
      setStep({ kind: 'form' });
      return;
    }
    applyGateway(gateway);
    if (once !== null && (await untilCertificate(gateway.id, once))) {
      const trusted = await trust.run({ gateway: gateway.id, fingerprint: once, how: 'once' });
      if (trusted !== undefined) applyGateway(trusted);
    }
    notify({ tone: 'good', text: text('gateways.added', { name: quoteForeign(settings.name) }) });
    onClose();
  };
  const look = async (): Promise<void> => {
    if (isBusy) return;
    setTouched(new Set([ALL]));
    const settled = settle(fields);
    setFields(settled);
    const endpoint = endpointOf(settled);
    if (Object.keys(checkForm(settled, names)).length > 0 || endpoint === undefined) {
      // Drawn with its words by then.
      requestAnimationFrame(() => body.current?.querySelector<HTMLElement>('[aria-invalid="true"]')?.focus());
      return;
    }
    const found = await probe.run({ endpoint });
    if (found === undefined) return;
    setSeen(found);
    if (!found.reachable) return;
    const pin = tryFingerprint(settled.fingerprint) ?? null;
    if (found.fingerprint === null || (found.trusted && pin === null)) await save(null, null);
    else if (pin === found.fingerprint) await save(pin, null);
    else if (pin !== null) setStep({ kind: 'mismatch', expected: pin, shown: found.fingerprint });
    else setStep({ kind: 'first-sight', fingerprint: found.fingerprint });
  };

  switch (step.kind) {
    case 'first-sight':
      return (
        <FirstSight
          server={placeText(fields)}
          fingerprint={step.fingerprint}
          announced={announced}
          busy={isBusy}
          error={add.error !== undefined && <ErrorNotice error={add.error} />}
          onTrust={(how) => {
            void (how === 'always' ? save(step.fingerprint, null) : save(null, step.fingerprint));
          }}
          onClose={onClose}
        />
      );
    case 'mismatch':
      return (
        <Dialog
          open
          onClose={onClose}
          size="large"
          title={text('gateways.mismatch.title', { server: placeText(fields) })}
          actions={
            <>
              <Button
                className={styles['back']}
                icon={<ArrowLeft aria-hidden="true" />}
                onClick={() => setStep({ kind: 'form' })}
              >
                {text('gateways.add.back')}
              </Button>
              <Button variant="primary" onClick={onClose}>
                {text('gateways.mismatch.leave')}
              </Button>
            </>
          }
        >
          <p className={fingerprintStyles['warning']}>
            <TriangleAlert aria-hidden="true" />
            {text('gateways.mismatch.text')}
          </p>
          <div className={fingerprintStyles['keys']}>
            <Fingerprint label={text('gateways.mismatch.expected')} value={step.expected} />
            <Fingerprint label={text('gateways.mismatch.shown')} value={step.shown} tone="bad" />
          </div>
        </Dialog>
      );
    case 'source':
      return (
        <Dialog
          open
          onClose={onClose}
          title={text('gateways.add.title')}
          actions={
            <>
              <Button className={styles['back']} onClick={() => begin(emptyForm(device), undefined)}>
                {text('gateways.add.by-hand')}
              </Button>
              <Button onClick={onClose}>{text('ui.cancel')}</Button>
              <Button
                variant="primary"
                type="submit"
                form={form}
                busy={read.busy}
                disabled={pasted.trim() === '' && !read.busy}
              >
                {text('gateways.add.continue')}
              </Button>
            </>
          }
        >
          <form
            id={form}
            className={styles['form']}
            noValidate
            onSubmit={(event) => {
              event.preventDefault();
              void readText();
            }}
          >
            <PasteField
              value={pasted}
              onChange={(value) => {
                setPasted(value);
                read.reset();
              }}
              onSubmit={() => void readText()}
            />
            {read.error !== undefined && <ErrorNotice error={read.error} onDismiss={read.reset} />}
            <NetworkSearch
              onChoose={(found) => begin(formOfFound(found, device, names), undefined, found.fingerprint)}
            />
          </form>
        </Dialog>
      );
    case 'form':
      return (
        <Dialog
          open
          onClose={onClose}
          title={text('gateways.add.title')}
          actions={
            <>
              <Button
                className={styles['back']}
                icon={<ArrowLeft aria-hidden="true" />}
                onClick={() => {
                  probe.cancel();
                  setStep({ kind: 'source' });
                }}
              >
                {text('gateways.add.back')}
              </Button>
              <Button onClick={onClose}>{text('ui.cancel')}</Button>
              <Button variant="primary" type="submit" form={form} busy={isBusy}>
                {text(seen?.reachable === false ? 'gateways.add.again' : 'gateways.add.connect')}
              </Button>
            </>
          }
        >
          <form
            ref={body}
            id={form}
            className={styles['form']}
            noValidate
            onSubmit={(event) => {
              event.preventDefault();
              void look();
            }}
          >
            {setupUntil !== null && (
              <p className={styles['note']}>{text('gateways.add.setup', { until: formatMoment(setupUntil, now) })}</p>
            )}
            <GatewayFields
              form={fields}
              problems={problems}
              shows={(field) => touched.has(ALL) || touched.has(field)}
              onChange={edit}
              kept={kept}
              otherNode={otherNodeOf(gateways)}
            />
            {problem !== null && (
              <ProbeProblem
                problem={problem}
                onAddAnyway={() => void save(tryFingerprint(fields.fingerprint) ?? null, null)}
              />
            )}
            {probe.error !== undefined && <ErrorNotice error={probe.error} onDismiss={probe.reset} />}
            {add.error !== undefined && <ErrorNotice error={add.error} onDismiss={add.reset} />}
          </form>
        </Dialog>
      );
  }
}

function PasteField({
  value,
  onChange,
  onSubmit,
}: Readonly<{ value: string; onChange(value: string): void; onSubmit(): void }>): ReactElement {
  const file = useRef<HTMLInputElement>(null);
  const [isTooLong, setTooLong] = useState(false);
  const choose = async (chosen: File | undefined): Promise<void> => {
    if (chosen === undefined) return;
    setTooLong(chosen.size > MOST);
    if (chosen.size <= MOST) onChange(await chosen.text());
  };
  return (
    <div className={styles['section']}>
      <Field
        label={text('gateways.add.paste')}
        hint={text('gateways.add.paste.hint')}
        error={isTooLong || value.length > MOST ? text('gateways.add.too-long') : undefined}
      >
        <TextArea
          mono
          rows={3}
          value={value}
          onChange={(next) => {
            setTooLong(false);
            onChange(next);
          }}
          onKeyDown={(event) => {
            // Nothing of all this has more than one line but a file, and that has its own lines already.
            if (event.key !== 'Enter' || event.shiftKey || event.nativeEvent.isComposing) return;
            event.preventDefault();
            onSubmit();
          }}
        />
      </Field>
      <div>
        <Button size="small" icon={<FileUp aria-hidden="true" />} onClick={() => file.current?.click()}>
          {text('gateways.add.file')}
        </Button>
        <input
          ref={file}
          className="visually-hidden"
          type="file"
          accept=".json,application/json,text/plain"
          tabIndex={-1}
          aria-hidden="true"
          onChange={(event) => {
            void choose(event.target.files?.[0]);
            // The same file may be chosen again after it was changed.
            event.target.value = '';
          }}
        />
      </div>
    </div>
  );
}

/** Asks only when told to: what announces itself in a network is nobody's business otherwise. */
function NetworkSearch({ onChoose }: Readonly<{ onChoose(found: FoundGateway): void }>): ReactElement {
  const id = useId();
  const discover = useCall('gateways.discover');
  const [found, setFound] = useState<readonly FoundGateway[]>();
  const search = async (): Promise<void> => {
    const answer = await discover.run({});
    if (answer !== undefined) setFound(answer);
  };
  return (
    <section className={styles['section']} aria-labelledby={id}>
      <h3 id={id} className={styles['heading']}>
        {text('gateways.network')}
      </h3>
      <div className={styles['row']}>
        <Button size="small" icon={<Search aria-hidden="true" />} busy={discover.busy} onClick={() => void search()}>
          {text(found === undefined ? 'gateways.network.search' : 'gateways.network.again')}
        </Button>
        {discover.busy && <Spinner label={text('gateways.network.searching')} />}
        <span role="status" className={styles['note']}>
          {found !== undefined &&
            !discover.busy &&
            (found.length === 0
              ? text('gateways.network.none')
              : text('gateways.network.found', { count: found.length }))}
        </span>
      </div>
      {found !== undefined && found.length > 0 && (
        <ul className={styles['found']}>
          {found.map((each) => (
            <li key={`${each.host} ${each.port} ${each.name}`}>
              <button
                type="button"
                aria-label={text('gateways.network.choose', {
                  name: quoteForeign(each.name),
                  place: quoteForeign(`${each.host}:${each.port}`),
                })}
                onClick={() => onChoose(each)}
              >
                <strong>
                  <ForeignText>{each.name}</ForeignText>
                </strong>
                <span className={styles['note']}>
                  <ForeignText>{`${each.host}:${each.port}`}</ForeignText>
                </span>
              </button>
            </li>
          ))}
        </ul>
      )}
      {discover.error !== undefined && <ErrorNotice error={discover.error} onDismiss={discover.reset} />}
    </section>
  );
}

function keptOf(draft: GatewayDraft | undefined): 'setup' | 'read' | 'none' {
  if (draft === undefined || !draft.hasToken) return 'none';
  return draft.setupExpiresAt === null ? 'read' : 'setup';
}

function placeText(form: Form): string {
  const endpoint = endpointOf(form);
  return endpoint === undefined ? form.host : endpointAuthority(endpoint);
}

/** The dialog looks for its first field when it opens; this one came later. */
function useFocusFirst(step: Step['kind'], body: Readonly<{ current: HTMLElement | null }>): void {
  const before = useRef(step);
  useEffect(() => {
    if (before.current === step) return;
    before.current = step;
    if (step === 'form') body.current?.querySelector<HTMLElement>('input')?.focus();
  }, [step, body]);
}
