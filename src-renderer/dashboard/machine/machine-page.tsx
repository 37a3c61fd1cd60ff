import { LayoutGrid } from 'lucide-react';
import { useCallback, useMemo, useState, type ReactElement } from 'react';
import { text } from '../../locale/index.ts';
import { Banner, quoteUntrusted } from '../../ui/index.ts';
import { useAccount, useDashboard, useResource, useStepUp, wantsStepUp } from '../api/index.ts';
import { forgetOwnKey, ownKey } from '../kept-keys/index.ts';
import { LostProjects } from '../lost-projects/index.ts';
import { connectMachine, endMachine, forgetVisit } from '../machine-agent/index.ts';
import { goTo, Link, useRoute } from '../router/index.ts';
import { Waiting } from '../shell/waiting.tsx';
import { Ended } from './ended.tsx';
import { findMachine, knownMachine, readNames } from './find-machine.ts';
import { useKeptRemoval } from './kept-removal.ts';
import { MachineWindow, type MachineDirectory } from './machine-window.tsx';
import styles from './machine.module.css';

/**
 * Page `/terminal/DEVICE` and `/terminal/DEVICE/SESSION` for a person with an account: this browser as a machine of the account, with the window's features over
 * the agent in a worker.
 */
export function MachinePage(): ReactElement {
  const { client, resources } = useDashboard();
  const stepUp = useStepUp();
  const route = useRoute();
  const device = route.page === 'terminal' ? route.device : '';
  const directory = useMemo<MachineDirectory>(
    () => ({
      known: (peerId) => knownMachine(resources, peerId),
      find: (peerId) => findMachine(client, peerId),
      labels: () => readNames(client),
    }),
    [client, resources],
  );
  const { id: account, name } = useAccount();
  useKeptRemoval(account);
  const { renewing, pairAgain } = usePairAgain(account, device);
  // Without a project, new keys would be let in nowhere either.
  const hasProject = (useResource('projects.list').value?.projects.length ?? 0) > 0;
  if (renewing === 'removing') return <Waiting />;
  return (
    <MachineWindow
      owner={account}
      directory={directory}
      connect={() =>
        connectMachine({ client, device, stepUp }).catch((error: unknown) => {
          // The person doesn't confirm that it's them, and isn't asked again until they come back.
          if (wantsStepUp(error)) goTo({ page: 'devices' });
          throw error;
        })
      }
      notice={
        <>
          <LostProjects />
          {renewing === 'kept' && (
            <div className={styles['lost']} role="alert">
              <Banner tone="bad">{text('auth.keys.kept')}</Banner>
            </div>
          )}
          {hasProject && <Ended onPairAgain={pairAgain} />}
        </>
      }
      back={
        <div className={styles['bar']}>
          <Link to={{ page: 'devices' }} className={styles['back']}>
            {/* The arrow is the window's own, which goes back in it. */}
            <LayoutGrid aria-hidden="true" />
            {text('machine.back')}
          </Link>
          <span className={styles['account']}>{quoteUntrusted(name)}</span>
        </div>
      }
    />
  );
}

/**
 * Returns what gives this browser new keys and leads to the field for a code of the machine, and its state: `kept` if the old keys couldn't be removed. The window
 * isn't shown meanwhile, since it would start an agent.
 */
function usePairAgain(
  account: string,
  device: string,
): Readonly<{ renewing: 'removing' | 'kept' | undefined; pairAgain(): void }> {
  const { client } = useDashboard();
  const [renewing, setRenewing] = useState<'removing' | 'kept'>();
  const pairAgain = useCallback(() => {
    const renew = async (): Promise<void> => {
      try {
        await endMachine(async () => (await client.call('relay.get')).version);
      } catch {
        setRenewing('kept');
        return;
      }
      // The address may name the device that this browser was until now.
      goTo(ownKey(account) === device ? { page: 'devices' } : { page: 'terminal', device }, { replace: true });
      forgetOwnKey();
      forgetVisit();
      setRenewing(undefined);
    };
    setRenewing('removing');
    void renew();
  }, [client, account, device]);
  return { renewing, pairAgain };
}
