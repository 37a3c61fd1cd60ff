import type { ReactElement } from 'react';
import type { GatewayProblem } from '#shared/app-api/index.ts';
import { text } from '../../../locale/index.ts';
import { Button } from '../../../ui/index.ts';
import styles from '../gateways/gateway-form.module.css';
import { explainGateway } from '../gateways/gateway-status.ts';

/** Explains why the agent couldn't reach a gateway, with a button that adds the gateway nevertheless. */
export function ProbeProblem({
  problem,
  onAddAnyway,
}: Readonly<{ problem: GatewayProblem; onAddAnyway(): void }>): ReactElement {
  const { what, why, next } = explainGateway(problem);
  return (
    <div className={styles['problem']} role="alert" data-code={problem.code}>
      <p className={styles['what']}>{what}</p>
      {why !== '' && <p>{why}</p>}
      <p>{next}</p>
      <Button size="small" onClick={onAddAnyway}>
        {text('gateways.add.anyway')}
      </Button>
    </div>
  );
}
