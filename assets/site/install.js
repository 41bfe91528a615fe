// Placeholder: the element `<cloudsmets-installer>` is defined by the branch `installer`.
