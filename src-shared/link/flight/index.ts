export { FlightController } from './flight-controller.ts';
