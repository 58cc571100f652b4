"""The Train page: a folder of classes in, a classifier of your own out."""
