import { useEffect, useState } from 'react';
import type { MeasurementsView } from '#shared/app-api/index.ts';
import { useCall } from '../../../store/index.ts';

/** Interval between two readings while the page is shown, ms. */
const INTERVAL = 30_000;

/** Returns the round trips of the last hour and the traffic of today (`peers.measurements`), read again while shown; undefined before the first answer. */
export function useMeasurements(peer: string): MeasurementsView | undefined {
  const { run } = useCall('peers.measurements');
  const [measured, setMeasured] = useState<MeasurementsView>();
  useEffect(() => {
    const read = (): void => {
      if (document.visibilityState !== 'visible') return;
      void run({ peer }).then((answer) => {
        if (answer !== undefined) setMeasured(answer);
      });
    };
    read();
    const timer = setInterval(read, INTERVAL);
    document.addEventListener('visibilitychange', read);
    return () => {
      clearInterval(timer);
      document.removeEventListener('visibilitychange', read);
    };
  }, [run, peer]);
  return measured;
}
