export { SimulatedRun } from './simulated-run.js';
