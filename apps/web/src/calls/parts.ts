// What is loaded once there is a connection: calls, and all that shows them.
import './calls.css';

export { createCalls } from '@nova/client';
export { CallButtons } from './CallButtons.tsx';
export { CallStage } from './CallStage.tsx';
export { DeviceSettings } from './DeviceSettings.tsx';
export { IncomingCalls } from './IncomingCalls.tsx';
export { JoinButton } from './JoinButton.tsx';
export { returnToCall } from './return-to-call.ts';
