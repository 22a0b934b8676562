/* The board that a pin of one's own was made on; another one takes its place. */
import { useSignal } from '@preact/signals';
import { useEffect } from 'preact/hooks';
import { get } from '../core/api';
import { boardsToFill, loadMyBoards, loadSharedBoards } from '../core/session';
import type { BoardName, Pin } from '../core/types';
import { t } from '../core/words';
import { tellError } from './Toast';

interface Place extends BoardName {
	home: boolean;
}

export function HomeField({ pin, errors }:
	{ pin: Pin; errors?: string[] | undefined }) {
	const now = useSignal<number | null>(null);
	useEffect(() => {
		const ask = async () => {
			await loadMyBoards();
			await loadSharedBoards();
			const places = await get<Place[]>(`pins/${pin.id}/boards`);
			now.value = places.find((one) => one.home)?.id ?? 0;
		};
		ask().catch(tellError);
	}, []);
	return <div class="field">
		<label for="field-board">{t('board')}</label>
		<select id="field-board" name="board" disabled={now.value === null}
			value={now.value ?? 0} aria-invalid={errors ? true : undefined}
			onChange={(e) => { now.value = Number(e.currentTarget.value); }}>
			{!now.value && <option value={0}>{t('board.no')}</option>}
			{boardsToFill().map((one) =>
				<option key={one.id} value={one.id}>{one.title}</option>)}
		</select>
		{errors && <p class="field-error">{errors.join(' ')}</p>}
	</div>;
}
