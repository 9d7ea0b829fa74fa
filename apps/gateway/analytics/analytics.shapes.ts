import { AnalyticsFlows, AnalyticsOperations, AnalyticsRun, AnalyticsTrend } from '#libs/contracts';
import { linkedShape } from '../docs/output-shape.js';

export const FLOW_STATISTICS = linkedShape('FlowStatistics', AnalyticsFlows.output);
export const RUN_STATISTICS = linkedShape('RunStatistics', AnalyticsRun.output);
export const OPERATION_STATISTICS = linkedShape('OperationStatistics', AnalyticsOperations.output);
export const TREND = linkedShape('Trend', AnalyticsTrend.output);
