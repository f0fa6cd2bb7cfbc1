// Claims about MetaLearning.
