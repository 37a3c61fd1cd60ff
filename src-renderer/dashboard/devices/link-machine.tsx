import { useCallback, useEffect, useRef, useState, type ReactElement } from 'react';
import type { ProjectView, RouteOutput } from '#shared/platform/index.ts';
import { text } from '../../locale/index.ts';
import { Button, Countdown, Dialog, ErrorNotice, Mono, RowSkeleton, Spinner, useNow } from '../../ui/index.ts';
import { useAction, useRelay, useResource } from '../api/index.ts';
import { installCommands, relayCommand } from './connector-commands.ts';
import styles from './link-machine.module.css';
import { NameLinkedDialog } from './name-linked.tsx';
import { ReadmeLink } from './readme-link.tsx';
import { CodeSteps } from './one-time-code.tsx';

/**
 * Dialog with the steps by which a machine gives its project to this account. The machine shows the account and the relay's key, and asks. When it has done
 * so, the dialog asks for the names that are missing, or closes.
 */
export function LinkMachineDialog({ onClose }: Readonly<{ onClose(): void }>): ReactElement | null {
  const linked = useNewProject();
  const isNamed = linked !== undefined && linked.name !== '';
  useEffect(() => {
    if (isNamed) onClose();
  }, [isNamed, onClose]);
  const hasJoined = useHasJoined();
  useEffect(() => {
    if (hasJoined) onClose();
  }, [hasJoined, onClose]);
  if (linked === undefined) return <Steps onClose={onClose} />;
  return isNamed ? null : <NameLinkedDialog project={linked} onClose={onClose} />;
}

/** Returns the project that a machine has given to this account since the dialog is open. */
function useNewProject(): ProjectView | undefined {
  const projects = useResource('projects.list').value?.projects;
  const before = useRef<ReadonlySet<string>>(undefined);
  const [found, setFound] = useState<ProjectView>();
  useEffect(() => {
    if (projects === undefined) return;
    before.current ??= new Set(projects.map(({ id }) => id));
    const fresh = projects.find(
      ({ id, role, ownerDevice }) => role === 'owner' && ownerDevice !== null && before.current?.has(id) === false,
    );
    // Its name may change meanwhile, by this dialog.
    if (fresh !== undefined) setFound((now) => now ?? fresh);
  }, [projects]);
  return found;
}

/**
 * Reports whether a device has joined a project of this account since the dialog is open, at a relay that admits devices of its accounts only: there a
 * machine brings no project.
 */
function useHasJoined(): boolean {
  const relay = useRelay();
  const projects = useResource('projects.list').value?.projects;
  const own = projects?.filter(({ role }) => role === 'owner').reduce((sum, { devices }) => sum + devices, 0);
  const before = useRef<number>(undefined);
  const [hasJoined, setHasJoined] = useState(false);
  useEffect(() => {
    if (own === undefined) return;
    if (relay?.accountsOnly === true && before.current !== undefined && own > before.current) setHasJoined(true);
    before.current = own;
  }, [own, relay]);
  return hasJoined;
}

function Steps({ onClose }: Readonly<{ onClose(): void }>): ReactElement {
  const relay = useRelay();
  const { run, error, busy } = useAction((client) => client.call('account.createLinkCode'));
  const [code, setCode] = useState<RouteOutput<'account.createLinkCode'>>();
  const renew = useCallback(() => void run().then((made) => made !== undefined && setCode(made)), [run]);
  useEffect(() => renew(), [renew]);
  const isOver = useNow() >= (code?.expiresAt ?? Infinity);
  const { origin } = window.location;
  const install = relay?.installs === true ? installCommands(origin) : undefined;
  return (
    <Dialog
      open
      onClose={onClose}
      size="large"
      title={text('devices.link')}
      description={text(relay?.accountsOnly === true ? 'devices.link.join.about' : 'devices.link.about')}
      actions={<Button onClick={onClose}>{text('ui.close')}</Button>}
    >
      {error !== undefined && (
        <ErrorNotice
          error={error}
          action={
            <Button size="small" busy={busy} onClick={renew}>
              {text('site.retry')}
            </Button>
          }
        />
      )}
      {code === undefined || relay === undefined ? (
        error === undefined && <RowSkeleton label={text('ui.loading')} rows={3} />
      ) : (
        <div className={styles['link']}>
          <CodeSteps
            steps={[
              {
                label: text(install === undefined ? 'devices.link.install.readme' : 'devices.link.install'),
                command: install?.unix,
                other: install?.windows,
                note: install === undefined ? <ReadmeLink /> : undefined,
              },
              {
                label: text('devices.link.relay'),
                command: relayCommand(origin, relay.pin),
                note: relay.accountsOnly
                  ? text('devices.link.join')
                  : relay.needsToken
                    ? text('devices.link.token')
                    : undefined,
              },
              {
                label: text('devices.link.step'),
                command: `clawreach account link ${code.code}`,
                note: (
                  <>
                    {text('devices.link.key')} <Mono>{code.relayKeyId}</Mono>
                  </>
                ),
              },
            ]}
          />
          {isOver ? (
            <div className={styles['wait']}>
              {text('devices.link.over')}
              <Button size="small" busy={busy} onClick={renew}>
                {text('devices.link.new')}
              </Button>
            </div>
          ) : (
            <p className={styles['wait']} role="status">
              <Spinner label={text('ui.busy')} />
              {text('devices.link.wait')}
              <Countdown until={code.expiresAt} />
            </p>
          )}
        </div>
      )}
    </Dialog>
  );
}
