import { notice } from './notice.ts';

export function Notice() {
  return (
    <div class="notice-place" role="alert">
      {notice.value !== null && <p class="notice">{notice.value}</p>}
    </div>
  );
}
