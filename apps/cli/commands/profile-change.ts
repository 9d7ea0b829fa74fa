import type { ProfileChangedOutput } from '#libs/contracts';
import { oneLine } from '../terminal/plain-text.js';

/** Tells what a change has made of the profile: the service names version and parts. */
export const drawChange = ({ message }: ProfileChangedOutput): string => oneLine(message);
