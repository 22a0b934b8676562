/* Of what one wants to be told. */
import { useSignal } from '@preact/signals';
import { api, turn } from '../core/api';
import { useLoad } from '../core/load';
import type { Told } from '../core/types';
import { t } from '../core/words';
import { SettingsFrame } from '../ui/SettingsFrame';
import { ErrorState } from '../ui/State';
import { tellError } from '../ui/Toast';

type Wanted = Record<Told, boolean>;

const kinds: Told[] = ['follow', 'like', 'comment', 'reply', 'mention',
	'invite'];
const path = 'notices/settings';

export default function NoticeSettings() {
	return <SettingsFrame title={t('notices.settings')}><Kinds />
	</SettingsFrame>;
}

function Kinds() {
	const { data, error, again } = useLoad<Wanted>(path);
	if (error.value && !data.value)
		return <ErrorState error={error.value} again={again} />;
	return <section class="box" aria-busy={!data.value}>
		<p class="soft">{t('notices.settings.text')}</p>
		{data.value && <div>{kinds.map((kind) => <Kind key={kind} kind={kind}
			on={data.value?.[kind] ?? true} />)}</div>}
	</section>;
}

function Kind({ kind, on }: { kind: Told; on: boolean }) {
	const now = useSignal(on);
	const change = (wish: boolean) => {
		turn(`told ${kind}`, wish, (shown) => { now.value = shown; },
			(told) => api('PATCH', path, { body: { [kind]: told } }))
			.catch(tellError);
	};
	return <div class="switch">
		<input type="checkbox" role="switch" id={`told-${kind}`}
			checked={now.value}
			onChange={(e) => change(e.currentTarget.checked)} />
		<label for={`told-${kind}`}>{t(`told.${kind}`)}</label>
	</div>;
}
