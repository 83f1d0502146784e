"""A funnel period by period: of those who began in each, how many finished."""
