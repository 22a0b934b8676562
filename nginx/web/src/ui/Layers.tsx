/* The dialogs that any page may open, loaded when the first is opened. */
import type { ComponentType } from 'preact';
import { useEffect, useState } from 'preact/hooks';
import { asking, askingLine, choosingBoard, deletingBoard, editingBoard,
	helping, likers, membersOf, picking, reporting } from '../core/layers';
import { waiting } from '../core/session';
import { tellError } from './Toast';

type Dialogs = typeof import('../groups/dialogs');

function Later({ name }: { name: keyof Dialogs }) {
	const [Shown, set] = useState<ComponentType | null>(null);
	useEffect(() => {
		import('../groups/dialogs').then((all) => set(() => all[name]),
			tellError);
	}, []);
	return Shown && <Shown />;
}

export function Layers() {
	return <>
		{picking.value && <Later key="picker" name="BoardPicker" />}
		{editingBoard.value && <Later key="board" name="BoardDialog" />}
		{deletingBoard.value && <Later key="delete" name="DeleteBoard" />}
		{membersOf.value && <Later key="members" name="Members" />}
		{choosingBoard.value && <Later key="choice" name="ChooseBoard" />}
		{askingLine.value && <Later key="line" name="LineDialog" />}
		{asking.value && <Later key="question" name="AskDialog" />}
		{helping.value && <Later key="keys" name="KeysDialog" />}
		{likers.value !== null && <Later key="likes" name="LikesDialog" />}
		{reporting.value && <Later key="report" name="ReportDialog" />}
		{waiting.value && <Later key="login" name="LoginDialog" />}
	</>;
}
