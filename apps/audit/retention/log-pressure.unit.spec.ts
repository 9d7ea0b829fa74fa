import { describe, expect, it } from '@jest/globals';
import { Logger } from '@nestjs/common';
import { LogPressure } from './log-pressure.js';
import type { Pressure } from './log-pressure.js';

Logger.overrideLogger(false);

/** A log whose weight, in hundredths of its limit, the test says. */
function given(setLimit?: number) {
  const heard: number[] = [];
  const log = { percent: 0, limit: 1_000 as number | undefined };
  const onChange = ({ level }: Pressure): void => void heard.push(level);
  const storage = () =>
    Promise.resolve({
      bytes: log.percent * 10,
      ...(log.limit === undefined ? {} : { limit: log.limit }),
    });
  const pressure = new LogPressure(storage, setLimit, onChange);
  const at = async (...percents: number[]) => {
    for (const percent of percents) {
      log.percent = percent;
      await pressure.look();
    }
  };
  return { heard, log, pressure, at, storage };
}

describe('how full the log is', () => {
  it('is told once at 70, 85 and 95 hundredths, and when it is over', async () => {
    const { heard, pressure, at } = given();
    await at(10, 69, 70, 71, 84);
    expect(pressure.pressing).toBe(false);
    await at(86, 90, 96, 99, 40, 10);
    expect(heard).toEqual([70, 85, 95, 0]);
    expect(pressure.last).toMatchObject({ bytes: 100, limit: 1_000, share: 0.1 });
  });

  it('is not told over and over at the edge of a level', async () => {
    const { heard, at, pressure } = given();
    await at(85, 84, 85, 84, 86);
    expect(pressure.pressing).toBe(true);
    await at(82, 85);
    expect(heard).toEqual([85, 70, 85]);
  });

  it('is measured by the lower of two limits, and by none where nobody says one', async () => {
    const { heard, log, at, pressure } = given(500);
    await at(36);
    expect(heard).toEqual([70]);
    const { log: alone, at: weigh, pressure: unknown } = given();
    alone.limit = undefined;
    await weigh(99);
    expect(unknown.last).toMatchObject({ limit: undefined, share: undefined, level: 0 });
    log.limit = undefined;
    await at(10);
    expect(pressure.last).toMatchObject({ limit: 500 });
  });

  it('is told again where telling failed', async () => {
    const { storage, log } = given();
    const heard: number[] = [];
    const failing = new LogPressure(storage, undefined, ({ level }) => {
      heard.push(level);
      if (heard.length === 1) throw new Error('nobody there');
    });
    log.percent = 95;
    await expect(failing.look()).rejects.toThrow('nobody there');
    await failing.look();
    await failing.look();
    expect(heard).toEqual([95, 95]);
  });
});
