import { workerData } from 'node:worker_threads';
import { watchMainThread, type WatchdogData } from '#libs/flows';

watchMainThread(workerData as WatchdogData);
