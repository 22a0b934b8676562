/* The keys there are, and the switch that turns them off. */
import { useSignal } from '@preact/signals';
import { areKeysOn, turnKeys } from '../core/keys';
import { helping } from '../core/layers';
import { type Key, t } from '../core/words';
import { Dialog } from './Dialog';

const rows: [string, Key][] = [
	['j', 'keys.next'], ['k', 'keys.previous'], ['s', 'save'],
	['b', 'save.choose'], ['l', 'like'], ['c', 'comment.add'], ['n', 'create'], ['g h', 'home'],
	['g e', 'explore'], ['Esc', 'back'], ['?', 'keys'],
];

export default function KeysDialog() {
	const on = useSignal(areKeysOn());
	return <Dialog title={t('keys')} onClose={() => { helping.value = false; }}>
		<dl class="keys">{rows.map(([keys, text]) => <div key={keys}>
			<dt>{t(text)}</dt>
			<dd>{keys.split(' ').map((key) => <kbd key={key}>{key}</kbd>)}</dd>
		</div>)}</dl>
		<label class="check"><input type="checkbox" checked={on.value}
			onChange={(e) => {
				on.value = e.currentTarget.checked;
				turnKeys(on.value);
			}} /> {t('keys.on')}</label>
	</Dialog>;
}
