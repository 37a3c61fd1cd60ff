import { LayoutGrid } from 'lucide-react';
import { useMemo, type ReactElement } from 'react';
import { text } from '../../locale/index.ts';
import { useAccount, useDashboard, useStepUp, wantsStepUp } from '../api/index.ts';
import { connectMachine } from '../machine-agent/index.ts';
import { goTo, Link, useRoute } from '../router/index.ts';
import { findMachine, readLabels } from './find-machine.ts';
import { LostProjects } from './lost-projects.tsx';
import { MachineWindow, type MachineDirectory } from './machine-window.tsx';
import styles from './machine.module.css';

/**
 * Page `/terminal/DEVICE` and `/terminal/DEVICE/SESSION` for a person with an account: this browser as a machine of the account, with the window's features over
 * the agent in a worker.
 */
export function MachinePage(): ReactElement {
  const { client } = useDashboard();
  const stepUp = useStepUp();
  const route = useRoute();
  const device = route.page === 'terminal' ? route.device : '';
  const directory = useMemo<MachineDirectory>(
    () => ({ find: (peerId) => findMachine(client, peerId), labels: () => readLabels(client) }),
    [client],
  );
  return (
    <MachineWindow
      owner={useAccount().id}
      directory={directory}
      connect={() =>
        connectMachine({ client, device, stepUp }).catch((error: unknown) => {
          // The person doesn't confirm that it's them, and isn't asked again until they come back.
          if (wantsStepUp(error)) goTo({ page: 'devices' });
          throw error;
        })
      }
      notice={<LostProjects />}
      back={
        <Link to={{ page: 'devices' }} className={styles['back']}>
          {/* The arrow is the window's own, which goes back in it. */}
          <LayoutGrid aria-hidden="true" />
          {text('machine.back')}
        </Link>
      }
    />
  );
}
