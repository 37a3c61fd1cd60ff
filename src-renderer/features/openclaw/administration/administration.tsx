import { RefreshCw } from 'lucide-react';
import { useEffect, useRef, useState, type ReactElement } from 'react';
import type { GatewayView } from '#shared/app-api/index.ts';
import { text } from '../../../locale/index.ts';
import { Button, Caution, Tabs, quoteUntrusted } from '../../../ui/index.ts';
import { SubjectHead } from '../frame/subject-head.tsx';
import styles from './administration.module.css';
import { DeviceList } from './device-list.tsx';
import { NodeList } from './node-list.tsx';
import { gatewayStatus } from '../gateways/gateway-status.ts';

type Section = 'devices' | 'nodes';

/**
 * Pane with the devices and nodes that one gateway knows, in two tabs. An operator of the gateway can rename and remove them.
 * @param section initial tab
 * @param onBack returns to the gateway
 */
export function Administration({
  gateway,
  section: first = 'devices',
  onBack,
}: Readonly<{ gateway: GatewayView; section?: Section; onBack(): void }>): ReactElement {
  const [section, setSection] = useState<Section>(first);
  const [serial, setSerial] = useState(0);
  const page = useRef<HTMLDivElement>(null);
  // The button that opened this page is gone, so the page takes the focus.
  useEffect(() => page.current?.focus(), []);
  const isThere = gateway.operator.state === 'connected';
  const status = gatewayStatus(gateway, 'operator');
  return (
    <div ref={page} className={styles['page']} tabIndex={-1}>
      <SubjectHead
        title={text('gateways.administration', { name: quoteUntrusted(gateway.settings.name) })}
        back={{ label: text('gateways.administration.back', { name: quoteUntrusted(gateway.settings.name) }), onBack }}
        actions={
          <Button icon={<RefreshCw aria-hidden="true" />} onClick={() => setSerial(serial + 1)}>
            {text('gateways.administration.reload')}
          </Button>
        }
      />
      <Caution className={styles['caution']}>
        {!isThere && text('gateways.administration.away', { state: status.word })}
      </Caution>
      <Tabs
        label={text('gateways.administration', { name: quoteUntrusted(gateway.settings.name) })}
        value={section}
        items={(['devices', 'nodes'] as const).map((value) => ({
          value,
          label: text(`gateways.administration.${value}`),
        }))}
        onChange={setSection}
      >
        <div className={styles['container']}>
          {section === 'devices' ? (
            <DeviceList key={serial} gateway={gateway} />
          ) : (
            <NodeList key={serial} gateway={gateway} />
          )}
        </div>
      </Tabs>
    </div>
  );
}
